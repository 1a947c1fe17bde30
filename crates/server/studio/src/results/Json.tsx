// A value as JSON.

import type { Json } from "../types";
import { Copy } from "../parts/Copy";

/** What is shown of a long one; the whole is copied. */
const MOST = 200_000;
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

export function JsonView({ value, label }: { value: Json | undefined; label: string }) {
    const text = JSON.stringify(value ?? null, null, 2);
    const shown = text.slice(0, MOST);
    return (
        <div className="code-box">
            <pre tabIndex={0} aria-label={label}>
                <code>
                    {coloured(shown)}
                    {shown.length < text.length && `\n… ${text.length - shown.length} more characters`}
                </code>
            </pre>
            <Copy text={text} label={label} />
        </div>
    );
}

function coloured(text: string) {
    const parts: React.ReactNode[] = [];
    let at = 0;
    for (const match of text.matchAll(TOKEN)) {
        const [whole, string, colon, word] = match;
        parts.push(text.slice(at, match.index));
        const kind =
            colon !== undefined ? "key" : string !== undefined ? "string" : word !== undefined ? "word" : "number";
        parts.push(
            <span key={match.index} className={`json-${kind}`}>
                {whole}
            </span>,
        );
        at = match.index + whole.length;
    }
    parts.push(text.slice(at));
    return parts;
}
