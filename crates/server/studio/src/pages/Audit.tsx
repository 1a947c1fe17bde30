// Who did what.

import { useLoad } from "../load";
import { Badge, Page, Time, Wait } from "../parts/Page";
import type { Audited, Connection, Key } from "../types";
import { cell } from "../results/columns";

export function Audit({ connections }: { connections: Connection[] }) {
    const loaded = useLoad<{ entries: Audited[] }>("/v1/audit?limit=200");
    const keys = useLoad<{ keys: Key[] }>("/v1/keys");
    const keyName = (id: string) => keys.data?.keys.find((key) => key.id === id)?.name ?? id;
    const connectionName = (id: string | null) => connections.find((one) => one.id === id)?.name ?? id ?? "";
    return (
        <Page
            title="Audit log"
            lead="Who did what, newest first. What is secret or personal is masked."
            actions={
                <button type="button" onClick={loaded.reload}>
                    Look again
                </button>
            }
        >
            <Wait loaded={loaded}>
                {({ entries }) =>
                    entries.length === 0 ? (
                        <p className="empty">Nothing was done yet.</p>
                    ) : (
                        <div className="scroll" tabIndex={0} role="region" aria-label="Audit log">
                            <table>
                                <thead>
                                    <tr>
                                        <th scope="col">Time</th>
                                        <th scope="col">Key</th>
                                        <th scope="col">What</th>
                                        <th scope="col">Connection</th>
                                        <th scope="col">Outcome</th>
                                        <th scope="col">Input</th>
                                    </tr>
                                </thead>
                                <tbody>
                                    {entries.map(({ time, key, what, connection, input, outcome }, index) => (
                                        <tr key={index}>
                                            <td>
                                                <Time value={time} />
                                            </td>
                                            <td>{keyName(key)}</td>
                                            <td>{what}</td>
                                            <td>{connectionName(connection)}</td>
                                            <td>
                                                <Badge kind={outcome === "done" ? "done" : "failed"}>{outcome}</Badge>
                                            </td>
                                            <td title={cell(input)}>
                                                <code>{cell(input)}</code>
                                            </td>
                                        </tr>
                                    ))}
                                </tbody>
                            </table>
                        </div>
                    )
                }
            </Wait>
        </Page>
    );
}
