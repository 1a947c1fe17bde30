// The accounts that are connected.

import { useEffect, useState } from "react";
import { Badge, Page, Time } from "../parts/Page";
import { to } from "../route";
import type { Connection, Me } from "../types";

export const STATUS = {
    draft: "Not connected yet",
    authenticated: "Connected",
    expiring: "Ends soon",
    needs_reconnect: "Connect again",
} as const;

/** What the server says when it sends a person back from connecting; it is said once. */
export function useReturn(): { connection: string | null; status: string | null; code: string | null } | undefined {
    const [back] = useState(() => {
        const query = new URLSearchParams(location.search);
        return query.has("status")
            ? { connection: query.get("connection"), status: query.get("status"), code: query.get("code") }
            : undefined;
    });
    useEffect(() => {
        if (back) history.replaceState(null, "", location.pathname + location.hash);
    }, [back]);
    return back;
}

export function Connections({ me, all }: { me: Me; all: Connection[]; reload: () => void }) {
    const back = useReturn();
    const titles = new Map(me.connectors.map(({ id, title }) => [id, title]));
    const canConnect = me.rights.includes("connect");
    return (
        <Page
            title="Connections"
            lead="Each is an account at a service, with what it may be used for."
            actions={
                canConnect && (
                    <a className="button primary" href="#/connect">
                        Connect an account
                    </a>
                )
            }
        >
            <div role="status">
                {back?.status === "connected" && (
                    <p className="good">{back.connection ?? "The account"} is connected.</p>
                )}
                {back?.status === "failed" && (
                    <p className="warning">
                        Nothing was connected{back.code ? ` (${back.code})` : ""}. Begin again whenever you like.
                    </p>
                )}
            </div>
            {all.length === 0 ? (
                <section className="empty">
                    <p>No account is connected yet.</p>
                    {canConnect && (
                        <p>
                            <a className="button primary" href="#/connect">
                                Connect the first one
                            </a>
                        </p>
                    )}
                </section>
            ) : (
                <ul className="tiles">
                    {all.map((connection) => (
                        <li key={connection.id} className="tile">
                            <h2>
                                <a href={to("c", connection.id, "actions")}>{connection.name}</a>
                            </h2>
                            <p>
                                {titles.get(connection.connector) ?? connection.connector}
                                {connection.account && <> · {connection.account.name}</>}
                            </p>
                            <p>
                                <Badge kind={connection.status}>{STATUS[connection.status]}</Badge>{" "}
                                <Badge>{connection.environment}</Badge>
                            </p>
                            {connection.detail && <p className="note">{connection.detail}</p>}
                            {connection.expires_at && (
                                <p className="note">
                                    Good until <Time value={connection.expires_at} />
                                </p>
                            )}
                            <p className="tile-links">
                                <a href={to("c", connection.id, "actions")}>
                                    Actions<span className="hidden"> of {connection.name}</span>
                                </a>{" "}
                                <a href={to("c", connection.id, "triggers")}>
                                    Triggers<span className="hidden"> of {connection.name}</span>
                                </a>{" "}
                                <a href={to("c", connection.id)}>
                                    About<span className="hidden"> {connection.name}</span>
                                </a>
                            </p>
                        </li>
                    ))}
                </ul>
            )}
        </Page>
    );
}
