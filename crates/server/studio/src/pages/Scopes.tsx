// What a connection may be used for.

import type { Scope } from "../types";

export function Scopes({
    all,
    chosen,
    onChange,
}: {
    all: Scope[];
    chosen: string[];
    onChange: (chosen: string[]) => void;
}) {
    const toggle = (id: string, on: boolean) =>
        onChange(all.map((scope) => scope.id).filter((one) => (one === id ? on : chosen.includes(one))));
    const line = ({ id, purpose, minimum }: Scope) => (
        <label key={id} className="box scope">
            <input
                type="checkbox"
                checked={minimum || chosen.includes(id)}
                disabled={minimum}
                onChange={(event) => toggle(id, event.target.checked)}
            />
            <span>
                {purpose}
                <small>
                    {id}
                    {minimum && ", always needed"}
                </small>
            </span>
        </label>
    );
    const isUsual = ({ suggested, minimum, id }: Scope) => suggested || minimum || chosen.includes(id);
    const usual = all.filter(isUsual);
    const other = all.filter((scope) => !isUsual(scope));
    return (
        <fieldset className="group">
            <legend>What it may do</legend>
            <div className="boxes wide">{usual.map(line)}</div>
            {other.length > 0 && (
                <details className="advanced">
                    <summary>More scopes ({other.length})</summary>
                    <div className="boxes wide">{other.map(line)}</div>
                </details>
            )}
        </fieldset>
    );
}
