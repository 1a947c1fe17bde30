// Things as rows.

import type { Json } from "../types";
import { cell, columns } from "./columns";
import { flat } from "./series";

export function Table({ things, label }: { things: Json[]; label: string }) {
    const isObjects = things.every((thing) => thing !== null && typeof thing === "object" && !Array.isArray(thing));
    const names = isObjects ? columns(things) : [];
    if (names.length === 0) {
        return (
            <ol className="plain">
                {things.map((thing, index) => (
                    <li key={index}>{cell(thing)}</li>
                ))}
            </ol>
        );
    }
    return (
        <div className="scroll" tabIndex={0} role="region" aria-label={label}>
            <table>
                <caption className="hidden">{label}</caption>
                <thead>
                    <tr>
                        {names.map((name) => (
                            <th key={name} scope="col">
                                {name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {things.map((thing, index) => {
                        const row = flat(thing);
                        return (
                            <tr key={index}>
                                {names.map((name) => (
                                    <td
                                        key={name}
                                        data-number={typeof row[name] === "number" || undefined}
                                        title={cell(row[name])}
                                    >
                                        {cell(row[name])}
                                    </td>
                                ))}
                            </tr>
                        );
                    })}
                </tbody>
            </table>
        </div>
    );
}
