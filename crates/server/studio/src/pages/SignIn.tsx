// Asks for the key that this tab works with.

import { type FormEvent, useState } from "react";
import { Problem, ask, setKey } from "../api";
import { Mark } from "../parts/Mark";
import { ProblemBox } from "../parts/Problem";

export function SignIn() {
    const [key, setText] = useState("");
    const [busy, setBusy] = useState(false);
    const [problem, setProblem] = useState<Problem>();
    const submit = async (event: FormEvent) => {
        event.preventDefault();
        setBusy(true);
        setProblem(undefined);
        try {
            await ask("/v1/me", { as: key.trim() });
            setKey(key.trim());
        } catch (error) {
            const found = Problem.of(error);
            setProblem(
                found.status === 401
                    ? new Problem(
                          {
                              ...found.failure,
                              detail: "This key is not known here",
                              advice: "The server prints its first key when it starts for the first time; further ones are made under Keys.",
                          },
                          401,
                      )
                    : found,
            );
        } finally {
            setBusy(false);
        }
    };
    return (
        <main className="sign-in">
            <form onSubmit={submit} aria-labelledby="sign-in">
                <Mark />
                <h1 id="sign-in">Connector studio</h1>
                <p className="lead">Connect accounts, run actions and look at what comes of them.</p>
                <div className="field">
                    <label htmlFor="key">Key of this server</label>
                    <p className="help" id="key-help">
                        It stays in this tab, and is forgotten when the tab is closed.
                    </p>
                    <input
                        id="key"
                        type="password"
                        value={key}
                        autoComplete="off"
                        spellCheck={false}
                        aria-describedby="key-help"
                        required
                        onChange={(event) => setText(event.target.value)}
                    />
                </div>
                <button type="submit" className="primary" disabled={busy || key.trim() === ""}>
                    {busy ? "Looking…" : "Open the studio"}
                </button>
                <ProblemBox problem={problem} />
            </form>
        </main>
    );
}
