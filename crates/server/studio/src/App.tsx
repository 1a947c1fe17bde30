// The frame of the page: whose key it is, which connection is looked at, and where one can go.

import { useEffect, useState } from "react";
import { setKey } from "./api";
import { useKey, useLoad } from "./load";
import { Browse } from "./pages/Browse";
import { ActionPage } from "./pages/Action";
import { Audit } from "./pages/Audit";
import { Connect } from "./pages/Connect";
import { ConnectionPage } from "./pages/Connection";
import { Connections } from "./pages/Connections";
import { Keys } from "./pages/Keys";
import { ResourcePage, Resources } from "./pages/Resources";
import { RunPage, Runs } from "./pages/Runs";
import { SignIn } from "./pages/SignIn";
import { TriggerPage } from "./pages/Trigger";
import { Broken } from "./parts/Broken";
import { Mark } from "./parts/Mark";
import { Page, Wait } from "./parts/Page";
import { go, parse, to, useHash } from "./route";
import type { Connection, Me } from "./types";

export function App() {
    const key = useKey();
    const hash = useHash();
    // At another address the page begins at its top.
    useEffect(() => {
        scrollTo(0, 0);
    }, [hash]);
    return key === null ? <SignIn /> : <Inside key={key} hash={hash} />;
}

function Inside({ hash }: { hash: string }) {
    const { parts } = parse(hash);
    const me = useLoad<Me>("/v1/me");
    const connections = useLoad<{ connections: Connection[] }>("/v1/connections");
    const [open, setOpen] = useState(false);
    useEffect(() => setOpen(false), [hash]);
    const all = connections.data?.connections ?? [];
    const chosen = parts[0] === "c" ? all.find(({ id, name }) => id === parts[1] || name === parts[1]) : undefined;
    // Which connection the links are for, also on pages that are about none.
    const [last, setLast] = useState<string>();
    useEffect(() => {
        if (chosen) setLast(chosen.id);
    }, [chosen]);
    const current = chosen ?? all.find(({ id }) => id === last) ?? (all.length === 1 ? all[0] : undefined);
    const can = (right: string) => me.data?.rights.includes(right) ?? false;
    const link = (title: string, ...place: string[]) => {
        const address = to(...place);
        // A connection may be named in the address in two ways.
        const here = parts[0] === "c" && current ? ["c", current.id, ...parts.slice(2)] : parts;
        const isHere = place.every((part, index) => here[index] === part) && (place.length !== 2 || here.length === 2);
        return (
            <li>
                <a href={address} aria-current={isHere ? "page" : undefined}>
                    {title}
                </a>
            </li>
        );
    };
    return (
        <>
            <a
                className="skip"
                href="#main"
                onClick={(event) => {
                    event.preventDefault();
                    document.getElementById("main")?.focus();
                }}
            >
                Skip to the content
            </a>
            <header className="bar">
                <a className="brand" href="#/">
                    <Mark />
                    Studio
                </a>
                <button
                    type="button"
                    className="quiet menu"
                    aria-expanded={open}
                    aria-controls="menu"
                    onClick={() => setOpen(!open)}
                >
                    Menu
                </button>
            </header>
            <div className="frame">
                <nav id="menu" aria-label="Studio" data-open={open || undefined}>
                    {all.length > 0 && (
                        <>
                            <div className="field">
                                <label htmlFor="connection">Connection</label>
                                <select
                                    id="connection"
                                    value={current?.id ?? ""}
                                    onChange={(event) =>
                                        go(
                                            to(
                                                "c",
                                                event.target.value,
                                                ...(parts[0] === "c" && parts[2] && parts[2] !== "runs"
                                                    ? [parts[2]]
                                                    : ["actions"]),
                                            ),
                                        )
                                    }
                                >
                                    {!current && <option value="">Choose…</option>}
                                    {all.map(({ id, name }) => (
                                        <option key={id} value={id}>
                                            {name}
                                        </option>
                                    ))}
                                </select>
                            </div>
                            {current && (
                                <ul>
                                    {link("Overview", "c", current.id)}
                                    {link("Actions", "c", current.id, "actions")}
                                    {link("Triggers", "c", current.id, "triggers")}
                                    {link("Data", "c", current.id, "resources")}
                                    {link("Runs", "c", current.id, "runs")}
                                </ul>
                            )}
                        </>
                    )}
                    <ul>
                        {link("Connections", "connections")}
                        {can("connect") && link("Connect an account", "connect")}
                        {can("admin") && link("Audit log", "audit")}
                        {can("admin") && link("Keys", "keys")}
                    </ul>
                    <div className="who">
                        {me.data && (
                            <p className="note">
                                {me.data.key.name} · {me.data.tenant}
                            </p>
                        )}
                        <button type="button" className="link" onClick={() => setKey(null)}>
                            Leave
                        </button>
                    </div>
                </nav>
                <main id="main" tabIndex={-1}>
                    <Broken key={hash}>
                        <Wait loaded={me}>
                            {(me) => (
                                <Wait loaded={connections}>
                                    {() => (
                                        <Place
                                            parts={parts}
                                            me={me}
                                            all={all}
                                            chosen={chosen}
                                            reload={connections.reload}
                                        />
                                    )}
                                </Wait>
                            )}
                        </Wait>
                    </Broken>
                </main>
            </div>
        </>
    );
}

type Here = { parts: string[]; me: Me; all: Connection[]; chosen?: Connection; reload: () => void };

function Place({ parts, me, all, chosen, reload }: Here) {
    const [first, , kind, id] = parts;
    if (first === "connect") return <Connect me={me} reload={reload} />;
    if (first === "audit") return <Audit connections={all} />;
    if (first === "keys") return <Keys me={me} />;
    if (first !== "c") return <Connections me={me} all={all} reload={reload} />;
    if (!chosen)
        return (
            <Page title="No such connection">
                <p>
                    It may have been renamed or disconnected. <a href="#/connections">All connections</a>
                </p>
            </Page>
        );
    const props = { connection: chosen, me };
    if (kind === undefined) return <ConnectionPage key={chosen.id} {...props} reload={reload} />;
    const key = `${chosen.id} ${id}`;
    if (kind === "actions")
        return id ? <ActionPage key={key} {...props} id={id} /> : <Browse key={key} kind="actions" {...props} />;
    if (kind === "triggers")
        return id ? <TriggerPage key={key} {...props} id={id} /> : <Browse key={key} kind="triggers" {...props} />;
    if (kind === "resources")
        return id ? <ResourcePage key={key} {...props} id={id} /> : <Resources key={key} {...props} />;
    if (kind === "runs") return id ? <RunPage key={key} {...props} id={id} /> : <Runs key={key} {...props} />;
    return (
        <Page title="There is no such page">
            <p>
                <a href="#/">To the beginning</a>
            </p>
        </Page>
    );
}
