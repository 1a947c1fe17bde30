// Actions or triggers, by group and by what one searches.

import { useDeferredValue, useMemo, useState } from "react";
import { catalogue } from "../catalogue";
import { useLoad } from "../load";
import { Badge, Page, Wait } from "../parts/Page";
import { matches } from "../search";
import { to } from "../route";
import type { Action, Connection, Listed } from "../types";

type Kind = "actions" | "triggers";

export function Browse({ connection, kind }: { connection: Connection; kind: Kind }) {
    const loaded = useLoad<Listed[]>(catalogue(connection, kind));
    return (
        <Page
            title={kind === "actions" ? "Actions" : "Triggers"}
            crumb={connection.name}
            lead={
                kind === "actions"
                    ? "What this connection can do when it is asked."
                    : "What this connection can tell as it happens."
            }
        >
            <Wait loaded={loaded}>{(all) => <List all={all} kind={kind} connection={connection} />}</Wait>
        </Page>
    );
}

function List({ all, kind, connection }: { all: Listed[]; kind: Kind; connection: Connection }) {
    const [query, setQuery] = useState("");
    const [group, setGroup] = useState("");
    const [within, setWithin] = useState(false);
    const asked = useDeferredValue(query);
    const groups = useMemo(() => [...new Set(all.map(({ group }) => group))], [all]);
    const lacks = (one: Listed) =>
        connection.scopes !== null && one.scopes.some((scope) => !connection.scopes?.includes(scope));
    const shown = all.filter(
        (one) =>
            (group === "" || one.group === group) &&
            (!within || !lacks(one)) &&
            matches(asked, [one.title, one.summary, one.id, one.group]),
    );
    return (
        <>
            <search className="find">
                <div className="field grow">
                    <label htmlFor="find">Search</label>
                    <input
                        id="find"
                        type="search"
                        value={query}
                        onChange={(event) => setQuery(event.target.value)}
                        placeholder={kind === "actions" ? "For example: list, create, report" : "For example: new"}
                    />
                </div>
                <div className="field">
                    <label htmlFor="group">Group</label>
                    <select id="group" value={group} onChange={(event) => setGroup(event.target.value)}>
                        <option value="">All groups</option>
                        {groups.map((name) => (
                            <option key={name}>{name}</option>
                        ))}
                    </select>
                </div>
                {connection.scopes !== null && (
                    <label className="box">
                        <input type="checkbox" checked={within} onChange={(event) => setWithin(event.target.checked)} />
                        Only what its scopes allow
                    </label>
                )}
            </search>
            <p role="status" className="note">
                {shown.length === all.length ? `${all.length} ${kind}` : `${shown.length} of ${all.length} ${kind}`}
            </p>
            {groups
                .filter((name) => shown.some((one) => one.group === name))
                .map((name) => (
                    <section key={name} className="group-list" aria-label={name}>
                        <h2>{name}</h2>
                        <ul className="rows">
                            {shown
                                .filter((one) => one.group === name)
                                .map((one) => (
                                    <li key={one.id} data-lacks={lacks(one) || undefined}>
                                        <a href={to("c", connection.id, kind, one.id)}>
                                            <strong>{one.title}</strong>
                                            <span>{one.summary}</span>
                                        </a>
                                        <span className="badges">
                                            <Marks one={one} />
                                            {lacks(one) && <Badge kind="lacks">scope missing</Badge>}
                                        </span>
                                    </li>
                                ))}
                        </ul>
                    </section>
                ))}
        </>
    );
}

export function Marks({ one }: { one: Listed & Partial<Action> }) {
    return (
        <>
            {one.effect &&
                (one.destructive ? (
                    <Badge kind="destructive">takes away</Badge>
                ) : (
                    <Badge kind={one.effect}>{one.effect === "read" ? "reads" : "writes"}</Badge>
                ))}
            {one.shape === "items" && <Badge>list</Badge>}
            {one.notes?.map((note) => (
                <Badge key={note}>{note}</Badge>
            ))}
            {one.deprecation && <Badge kind="destructive">about to go</Badge>}
        </>
    );
}
