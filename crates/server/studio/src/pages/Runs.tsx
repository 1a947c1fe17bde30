// Runs that are under way, and those that were.

import { useEffect, useState } from "react";
import { path } from "../api";
import { catalogue } from "../catalogue";
import { useLoad } from "../load";
import { Badge, Page, Time, Wait } from "../parts/Page";
import { JsonView } from "../results/Json";
import { RunView } from "../results/RunView";
import { to } from "../route";
import type { Action, Connection, Me, Run } from "../types";

const EVERY_MS = 3000;
type Here = { connection: Connection; me: Me };

export function Runs({ connection }: Here) {
    const [from, setFrom] = useState<string>();
    const all = path`/v1/${connection.id}/runs`;
    const loaded = useLoad<{ runs: Run[]; next: string | null }>(from ? `${all}?next=${from}` : all);
    const { data, reload } = loaded;
    const isBusy = data?.runs.some(({ state }) => state === "running") ?? false;
    useEffect(() => {
        if (!isBusy) return;
        const timer = setInterval(reload, EVERY_MS);
        return () => clearInterval(timer);
    }, [isBusy, reload]);
    return (
        <Page
            title="Runs"
            crumb={connection.name}
            lead="What was asked of this connection, newest first."
            actions={
                <button type="button" onClick={reload}>
                    Look again
                </button>
            }
        >
            <Wait loaded={loaded}>
                {({ runs, next }) =>
                    runs.length === 0 ? (
                        <p className="empty">Nothing was run yet.</p>
                    ) : (
                        <>
                            <div className="scroll" tabIndex={0} role="region" aria-label="Runs">
                                <table>
                                    <thead>
                                        <tr>
                                            <th scope="col">Action</th>
                                            <th scope="col">State</th>
                                            <th scope="col">Begun</th>
                                            <th scope="col">Items</th>
                                            <th scope="col">Requests</th>
                                            <th scope="col">What went wrong</th>
                                        </tr>
                                    </thead>
                                    <tbody>
                                        {runs.map((run) => (
                                            <tr key={run.id}>
                                                <td>
                                                    <a href={to("c", connection.id, "runs", run.id)}>{run.action}</a>
                                                </td>
                                                <td>
                                                    <Badge kind={run.state}>{run.state}</Badge>
                                                </td>
                                                <td>
                                                    <Time value={run.started} />
                                                </td>
                                                <td data-number>{run.items}</td>
                                                <td data-number>{run.requests}</td>
                                                <td className="words">
                                                    {run.outcome_unknown
                                                        ? "Nobody knows whether the last change was made. "
                                                        : ""}
                                                    {typeof run.error === "string" ? run.error : ""}
                                                </td>
                                            </tr>
                                        ))}
                                    </tbody>
                                </table>
                            </div>
                            {(from || next) && (
                                <p className="buttons">
                                    {from && (
                                        <button type="button" onClick={() => setFrom(undefined)}>
                                            Newest
                                        </button>
                                    )}
                                    {next && (
                                        <button type="button" onClick={() => setFrom(next)}>
                                            Older
                                        </button>
                                    )}
                                </p>
                            )}
                        </>
                    )
                }
            </Wait>
        </Page>
    );
}

export function RunPage({ connection, id }: Here & { id: string }) {
    const loaded = useLoad<Run>(path`/v1/${connection.id}/runs/${id}`);
    const actions = useLoad<Action[]>(catalogue(connection, "actions"));
    return (
        <Wait loaded={loaded}>
            {(run) => {
                const action = actions.data?.find((one) => one.id === run.action);
                const input = run.input as { input?: string } | undefined;
                return (
                    <Page
                        title={action?.title ?? run.action}
                        crumb={<a href={to("c", connection.id, "runs")}>Runs</a>}
                        lead={
                            <>
                                Begun <Time value={run.started} />.{" "}
                                {action && <a href={to("c", connection.id, "actions", run.action)}>The action</a>}
                            </>
                        }
                    >
                        <section className="sheet" aria-label="Run">
                            <RunView
                                connection={connection.id}
                                id={id}
                                label={run.action}
                                isList={action?.shape === "items" || run.items > 0}
                            />
                        </section>
                        {input && (
                            <section className="sheet" aria-labelledby="input">
                                <h2 id="input">Input</h2>
                                <JsonView value={input} label="input" />
                            </section>
                        )}
                    </Page>
                );
            }}
        </Wait>
    );
}
