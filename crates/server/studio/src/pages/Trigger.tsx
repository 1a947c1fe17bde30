// A trigger: what it is watched for with, and what has happened.

import { useEffect, useMemo, useRef, useState } from "react";
import { Problem, ask, path } from "../api";
import { catalogue } from "../catalogue";
import { SchemaForm } from "../form/SchemaForm";
import { pruned } from "../form/schema";
import { useLoad } from "../load";
import { Page, Time, Wait } from "../parts/Page";
import { ProblemBox } from "../parts/Problem";
import { Results } from "../results/Results";
import { to } from "../route";
import type { Connection, Data, DescribedTrigger, Event, FieldError, Me } from "../types";
import { Fields } from "./About";
import { useAsks } from "./Action";

/** The server keeps a cursor of its own for what is looked at here. */
const NAME = "studio";
const EVERY_MS = 5000;
const MOST = 200;
const NONE: FieldError[] = [];

export function TriggerPage({ connection, id }: { connection: Connection; me: Me; id: string }) {
    const loaded = useLoad<DescribedTrigger>(catalogue(connection, "triggers", id));
    return <Wait loaded={loaded}>{(trigger) => <Loaded trigger={trigger} connection={connection} />}</Wait>;
}

function Loaded({ trigger, connection }: { trigger: DescribedTrigger; connection: Connection }) {
    const [data, setData] = useState<Data>({});
    const [problem, setProblem] = useState<Problem>();
    const [events, setEvents] = useState<Event[]>([]);
    const [said, setSaid] = useState("");
    const [busy, setBusy] = useState(false);
    const [watching, setWatching] = useState(false);
    const config = useMemo(() => pruned(data), [data]);
    const asks = useAsks(connection, "triggers", trigger.id, config);

    const poll = async () => {
        setBusy(true);
        setProblem(undefined);
        try {
            const found = await ask<{ events: Event[]; first: boolean }>(
                path`/v1/${connection.id}/triggers/${trigger.id}/poll`,
                { body: { config, name: NAME } },
            );
            setEvents((old) => [...found.events.toReversed(), ...old].slice(0, MOST));
            const count = found.events.length;
            setSaid(
                found.first
                    ? "It has taken stock: from now on it tells what is new."
                    : count === 0
                      ? "Nothing new."
                      : `${count} new ${count === 1 ? "event" : "events"}.`,
            );
        } catch (error) {
            setProblem(Problem.of(error));
            setWatching(false);
        }
        setBusy(false);
    };
    // The latest one, so that the clock always asks with what is filled in now.
    const latest = useRef(poll);
    latest.current = poll;
    useEffect(() => {
        if (!watching) return;
        let timer: ReturnType<typeof setTimeout>;
        let over = false;
        const next = async () => {
            await latest.current();
            if (!over) timer = setTimeout(() => void next(), EVERY_MS);
        };
        void next();
        return () => {
            over = true;
            clearTimeout(timer);
        };
    }, [watching]);

    return (
        <Page
            title={trigger.title}
            crumb={
                <>
                    <a href={to("c", connection.id, "triggers")}>Triggers</a> · {trigger.group}
                </>
            }
            lead={trigger.summary}
        >
            <div className="work">
                <section className="sheet" aria-label="What to watch">
                    <dl className="facts">
                        <dt>Id</dt>
                        <dd>
                            <code>{trigger.id}</code>
                        </dd>
                        <dt>Scopes</dt>
                        <dd>{trigger.scopes.join(", ") || "none"}</dd>
                    </dl>
                    <SchemaForm
                        schema={trigger.config}
                        data={data}
                        onChange={setData}
                        onSubmit={() => void poll()}
                        errors={problem?.fields ?? NONE}
                        label={trigger.title}
                        {...asks}
                    >
                        {problem && problem.fields.length === 0 && <ProblemBox problem={problem} />}
                        <p className="buttons">
                            <button type="submit" className="primary" disabled={busy}>
                                Poll now
                            </button>
                            <button type="button" aria-pressed={watching} onClick={() => setWatching(!watching)}>
                                {watching ? "Stop watching" : "Watch"}
                            </button>
                        </p>
                    </SchemaForm>
                </section>
                <section className="sheet output" aria-label="Events" tabIndex={0}>
                    <div className="run-bar">
                        <h2>Events</h2>
                        {watching && <span className="pulse" aria-hidden="true" />}
                    </div>
                    <p role="status" className="note">
                        {busy && !watching ? "Asking…" : said}
                    </p>
                    {events.length === 0 ? (
                        <>
                            <p className="empty">
                                No event yet. The first poll takes stock; whatever is new after it appears here.
                            </p>
                            <h3>What an event has</h3>
                            <Fields schema={trigger.data} depth={0} />
                        </>
                    ) : (
                        <>
                            <ol className="events" aria-label="Events, newest first">
                                {events.slice(0, 8).map(({ id, time }) => (
                                    <li key={id}>
                                        <code>{id}</code> <Time value={time} />
                                    </li>
                                ))}
                            </ol>
                            <Results items={events.map(({ data }) => data)} label={trigger.title} />
                        </>
                    )}
                </section>
            </div>
        </Page>
    );
}
