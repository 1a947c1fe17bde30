// Keys of the tenant: made, shown once, revoked.

import { type FormEvent, useState } from "react";
import { Problem, ask, path } from "../api";
import { useLoad } from "../load";
import { Code } from "../parts/Copy";
import { Badge, Page, Time, Wait } from "../parts/Page";
import { ProblemBox } from "../parts/Problem";
import type { Key, Me } from "../types";

const RIGHTS: Record<string, string> = {
    read: "Read, poll and look at runs",
    write: "Change something at the service",
    destructive: "Take something away there, together with write",
    connect: "Make, test, rename and delete connections",
    admin: "Make and revoke keys, and read the audit log",
};

export function Keys({ me }: { me: Me }) {
    const loaded = useLoad<{ keys: Key[] }>("/v1/keys");
    const [name, setName] = useState("");
    const [rights, setRights] = useState<string[]>(["read"]);
    const [made, setMade] = useState<string>();
    const [problem, setProblem] = useState<Problem>();
    const act = async (what: () => Promise<void>) => {
        setProblem(undefined);
        try {
            await what();
            loaded.reload();
        } catch (error) {
            setProblem(Problem.of(error));
        }
    };
    const make = (event: FormEvent) => {
        event.preventDefault();
        void act(async () => {
            setMade((await ask<{ key: string }>("/v1/keys", { body: { name, rights } })).key);
            setName("");
        });
    };
    const revoke = (id: string) =>
        act(async () => {
            await ask(path`/v1/keys/${id}`, { method: "DELETE" });
        });
    return (
        <Page title="Keys" lead="Each key opens this tenant to one program or person, for what it is allowed.">
            <ProblemBox problem={problem} />
            <section className="sheet narrow" aria-labelledby="new-key">
                <h2 id="new-key">Make a key</h2>
                <form onSubmit={make}>
                    <div className="field">
                        <label htmlFor="key-name">Name</label>
                        <input
                            id="key-name"
                            value={name}
                            maxLength={64}
                            required
                            onChange={(event) => setName(event.target.value)}
                        />
                    </div>
                    <fieldset className="group">
                        <legend>What it allows</legend>
                        <div className="boxes wide">
                            {Object.entries(RIGHTS)
                                .filter(([right]) => me.rights.includes(right))
                                .map(([right, words]) => (
                                    <label key={right} className="box scope">
                                        <input
                                            type="checkbox"
                                            checked={rights.includes(right)}
                                            onChange={(event) =>
                                                setRights(
                                                    event.target.checked
                                                        ? [...rights, right]
                                                        : rights.filter((one) => one !== right),
                                                )
                                            }
                                        />
                                        <span>
                                            {words}
                                            <small>{right}</small>
                                        </span>
                                    </label>
                                ))}
                        </div>
                    </fieldset>
                    <p className="buttons">
                        <button type="submit" className="primary" disabled={name.trim() === "" || rights.length === 0}>
                            Make the key
                        </button>
                    </p>
                </form>
                <div role="status">
                    {made && (
                        <>
                            <p className="good">Here it is. It is not shown again.</p>
                            <Code text={made} label="key" />
                        </>
                    )}
                </div>
            </section>
            <Wait loaded={loaded}>
                {({ keys }) => (
                    <div className="scroll" tabIndex={0} role="region" aria-label="Keys">
                        <table>
                            <thead>
                                <tr>
                                    <th scope="col">Name</th>
                                    <th scope="col">Rights</th>
                                    <th scope="col">Made</th>
                                    <th scope="col">
                                        <span className="hidden">Revoke</span>
                                    </th>
                                </tr>
                            </thead>
                            <tbody>
                                {keys.map((key) => (
                                    <tr key={key.id}>
                                        <td>
                                            {key.name}
                                            {key.resource && <span className="note"> for {key.resource} alone</span>}
                                        </td>
                                        <td>
                                            {key.rights.map((right) => (
                                                <Badge key={right}>{right}</Badge>
                                            ))}
                                        </td>
                                        <td>
                                            <Time value={key.made} />
                                        </td>
                                        <td>
                                            {key.id === me.key.id ? (
                                                <span className="note">this one</span>
                                            ) : (
                                                <button
                                                    type="button"
                                                    className="link danger-link"
                                                    onClick={() => void revoke(key.id)}
                                                >
                                                    Revoke<span className="hidden"> {key.name}</span>
                                                </button>
                                            )}
                                        </td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
            </Wait>
        </Page>
    );
}
