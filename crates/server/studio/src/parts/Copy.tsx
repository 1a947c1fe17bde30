// A text to be taken elsewhere.

import { useState } from "react";

export function Copy({ text, label }: { text: string; label: string }) {
    const [done, setDone] = useState("");
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(text);
            setDone("Copied");
        } catch {
            setDone("Select the text and copy it by hand");
        }
    };
    return (
        <span className="copy">
            <button type="button" className="quiet" onClick={() => void copy()}>
                Copy<span className="hidden"> {label}</span>
            </button>
            <span role="status" className="note">
                {done}
            </span>
        </span>
    );
}

export function Code({ text, label }: { text: string; label: string }) {
    return (
        <div className="code-box">
            <pre tabIndex={0} aria-label={label}>
                <code>{text}</code>
            </pre>
            <Copy text={text} label={label} />
        </div>
    );
}
