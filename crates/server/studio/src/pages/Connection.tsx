// One connection: how it stands, what it may do, and what can be done about it.

import { type FormEvent, Fragment, useState } from "react";
import { Problem, ask, path } from "../api";
import { useLoad } from "../load";
import { Badge, Page, Time, Wait } from "../parts/Page";
import { ProblemBox } from "../parts/Problem";
import { go, to } from "../route";
import type { Connection, Connector, Limit, Me, Tested } from "../types";
import { STATUS } from "./Connections";

export function ConnectionPage({ connection, me, reload }: { connection: Connection; me: Me; reload: () => void }) {
    const [tested, setTested] = useState<Tested>();
    const [problem, setProblem] = useState<Problem>();
    const [busy, setBusy] = useState(false);
    const [name, setName] = useState(connection.name);
    const [asked, setAsked] = useState(false);
    const connectors = useLoad<Connector[]>("/v1/connectors");
    const connector = connectors.data?.find(({ id }) => id === connection.connector);
    const limits = useLoad<{ limits?: Limit[] }>(path`/v1/connections/${connection.id}`).data?.limits ?? [];
    const canConnect = me.rights.includes("connect");
    const at = path`/v1/connections/${connection.id}`;
    const act = async (what: () => Promise<void>) => {
        setBusy(true);
        setProblem(undefined);
        try {
            await what();
        } catch (error) {
            setProblem(Problem.of(error));
        }
        setBusy(false);
    };
    const test = () =>
        act(async () => {
            setTested(await ask<Tested>(`${at}/test`, { method: "POST" }));
            reload();
        });
    const reconnect = () =>
        act(async () => {
            location.assign(
                (
                    await ask<{ url: string }>(`${at}/reconnect`, {
                        body: { return_to: `${location.origin}/#/connections` },
                    })
                ).url,
            );
        });
    const rename = (event: FormEvent) => {
        event.preventDefault();
        return act(async () => {
            await ask(at, { method: "PATCH", body: { name } });
            reload();
        });
    };
    const disconnect = () =>
        act(async () => {
            await ask(at, { method: "DELETE" });
            reload();
            go("#/connections");
        });
    return (
        <Page
            title={connection.name}
            crumb={<a href="#/connections">Connections</a>}
            lead={connector?.summary}
            actions={
                <>
                    <button type="button" disabled={busy} onClick={() => void test()}>
                        Test
                    </button>
                    {canConnect && (
                        <button type="button" disabled={busy} onClick={() => void reconnect()}>
                            Reconnect
                        </button>
                    )}
                </>
            }
        >
            <ProblemBox problem={problem} />
            <div role="status">
                {tested && (
                    <p className="good">
                        It works: {tested.account?.name ?? "the service answers"}.
                        {tested.lacking?.length > 0 &&
                            ` ${tested.lacking.length} actions need scopes that it does not have.`}
                    </p>
                )}
            </div>
            <section className="sheet" aria-label="How it stands">
                <dl className="facts">
                    <dt>Status</dt>
                    <dd>
                        <Badge kind={connection.status}>{STATUS[connection.status]}</Badge>
                        {connection.detail && <> {connection.detail}</>}
                    </dd>
                    <dt>Account</dt>
                    <dd>{connection.account ? `${connection.account.name} (${connection.account.id})` : "unknown"}</dd>
                    <dt>Service</dt>
                    <dd>{connector?.title ?? connection.connector}</dd>
                    <dt>Environment</dt>
                    <dd>{connection.environment}</dd>
                    {connection.expires_at && (
                        <>
                            <dt>Good until</dt>
                            <dd>
                                <Time value={connection.expires_at} />
                            </dd>
                        </>
                    )}
                    <dt>MCP</dt>
                    <dd>
                        <code>
                            {location.origin}/mcp/{encodeURIComponent(connection.name)}
                        </code>
                    </dd>
                </dl>
            </section>
            <Wait loaded={connectors}>
                {() =>
                    connector &&
                    connector.scopes.length > 0 && (
                        <section className="sheet" aria-labelledby="scopes">
                            <h2 id="scopes">What it may do</h2>
                            <ul className="scopes">
                                {connector.scopes.map(({ id, purpose }) => {
                                    const has = connection.scopes === null || connection.scopes.includes(id);
                                    return (
                                        <li key={id} data-has={has}>
                                            <span aria-hidden="true">{has ? "✓" : "–"}</span>{" "}
                                            <span>
                                                {purpose}
                                                <small>
                                                    {id}
                                                    {has ? "" : ", not granted"}
                                                </small>
                                            </span>
                                        </li>
                                    );
                                })}
                            </ul>
                        </section>
                    )
                }
            </Wait>
            {limits.length > 0 && (
                <section className="sheet" aria-labelledby="limits">
                    <h2 id="limits">Limits left</h2>
                    <dl className="facts">
                        {limits.map(({ name, calls, seconds, left }) => (
                            <Fragment key={name}>
                                <dt>{name}</dt>
                                <dd>
                                    {left.toLocaleString()}
                                    {calls > 0 && ` of ${calls.toLocaleString()}`}
                                    {seconds > 0 && ` calls in ${seconds.toLocaleString()} s`}
                                </dd>
                            </Fragment>
                        ))}
                    </dl>
                </section>
            )}
            {canConnect && (
                <section className="sheet" aria-labelledby="change">
                    <h2 id="change">Change</h2>
                    <form className="line" onSubmit={(event) => void rename(event)}>
                        <div className="field">
                            <label htmlFor="new-name">Name</label>
                            <input id="new-name" value={name} onChange={(event) => setName(event.target.value)} />
                        </div>
                        <button type="submit" disabled={busy || name === connection.name || name.trim() === ""}>
                            Rename
                        </button>
                    </form>
                    {!asked ? (
                        <p>
                            <button type="button" className="danger" onClick={() => setAsked(true)}>
                                Disconnect…
                            </button>
                        </p>
                    ) : (
                        <p className="warning">
                            Its tokens and triggers are forgotten.{" "}
                            <button type="button" className="danger" disabled={busy} onClick={() => void disconnect()}>
                                Disconnect {connection.name}
                            </button>{" "}
                            <button type="button" className="link" onClick={() => setAsked(false)}>
                                Keep it
                            </button>
                        </p>
                    )}
                </section>
            )}
            <p>
                <a href={to("c", connection.id, "actions")}>Its actions</a>
            </p>
        </Page>
    );
}
