// The tables of the connector's data, and their rows.

import { useState } from "react";
import { Problem, path, send } from "../api";
import { catalogue } from "../catalogue";
import { useLoad } from "../load";
import { Page, Wait } from "../parts/Page";
import { ProblemBox } from "../parts/Problem";
import { Results } from "../results/Results";
import { to } from "../route";
import { matches } from "../search";
import type { Connection, Field, Json, Me, Resource } from "../types";

/** Rows for a first look. */
const ROWS = 50;
type Here = { connection: Connection; me: Me };

export function Resources({ connection }: Here) {
    const loaded = useLoad<Resource[]>(catalogue(connection, "resources"));
    const [query, setQuery] = useState("");
    return (
        <Page title="Data" crumb={connection.name} lead="What the service keeps, as tables.">
            <Wait loaded={loaded}>
                {(all) => {
                    const shown = all.filter(({ id, title }) => matches(query, [id, title]));
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
                                    />
                                </div>
                            </search>
                            <p role="status" className="note">
                                {shown.length} of {all.length} tables
                            </p>
                            <ul className="rows">
                                {shown.map(({ id, title, fields }) => (
                                    <li key={id}>
                                        <a href={to("c", connection.id, "resources", id)}>
                                            <strong>{title}</strong>
                                            <span>{fields?.length ?? 0} fields</span>
                                        </a>
                                    </li>
                                ))}
                            </ul>
                        </>
                    );
                }}
            </Wait>
        </Page>
    );
}

export function ResourcePage({ connection, id }: Here & { id: string }) {
    const loaded = useLoad<Resource[]>(catalogue(connection, "resources"));
    const [since, setSince] = useState("");
    const [rows, setRows] = useState<Json[]>();
    const [problem, setProblem] = useState<Problem>();
    const [busy, setBusy] = useState(false);
    const read = async () => {
        setBusy(true);
        setProblem(undefined);
        try {
            const query = new URLSearchParams({ limit: String(ROWS), ...(since ? { since } : {}) });
            const answer = await send(`${path`/v1/${connection.id}/records/${id}`}?${query}`, {
                headers: { accept: "application/x-ndjson" },
            });
            const lines = (await answer.text())
                .split("\n")
                .filter(Boolean)
                .map((line) => JSON.parse(line) as { problem?: Problem["failure"]; fields?: Json });
            const wrong = lines.find(({ problem }) => problem)?.problem;
            if (wrong) setProblem(new Problem(wrong));
            setRows(lines.filter(({ problem }) => !problem).map((record) => record.fields ?? (record as Json)));
        } catch (error) {
            setProblem(Problem.of(error));
        }
        setBusy(false);
    };
    return (
        <Wait loaded={loaded}>
            {(all) => {
                const resource = all.find((one) => one.id === id);
                if (!resource) return <Page title="There is no such table">{null}</Page>;
                return (
                    <Page
                        title={resource.title}
                        crumb={<a href={to("c", connection.id, "resources")}>Data</a>}
                        lead={<code>{resource.id}</code>}
                    >
                        <section className="sheet" aria-label="Rows">
                            <form
                                className="line"
                                onSubmit={(event) => {
                                    event.preventDefault();
                                    void read();
                                }}
                            >
                                <div className="field">
                                    <label htmlFor="since">Changed since</label>
                                    <input
                                        id="since"
                                        type="date"
                                        value={since}
                                        onChange={(event) => setSince(event.target.value)}
                                    />
                                </div>
                                <button type="submit" className="primary" disabled={busy}>
                                    {busy ? "Reading…" : `Read the first ${ROWS} rows`}
                                </button>
                            </form>
                            <ProblemBox problem={problem} />
                            {rows && <Results items={rows} label={resource.title} />}
                        </section>
                        <section className="sheet" aria-labelledby="fields">
                            <h2 id="fields">Fields</h2>
                            <FieldTable fields={resource.fields} />
                        </section>
                    </Page>
                );
            }}
        </Wait>
    );
}

function FieldTable({ fields }: { fields: Field[] }) {
    const can = ({ readable, creatable, updatable }: Field) =>
        [readable && "read", creatable && "created", updatable && "changed"].filter(Boolean).join(", ");
    return (
        <div className="scroll" tabIndex={0} role="region" aria-label="Fields">
            <table>
                <thead>
                    <tr>
                        <th scope="col">Name</th>
                        <th scope="col">Kind</th>
                        <th scope="col">What it is</th>
                        <th scope="col">Can be</th>
                    </tr>
                </thead>
                <tbody>
                    {fields.map((field) => (
                        <tr key={field.name}>
                            <td>
                                <code>{field.name}</code>
                            </td>
                            <td>{field.kind}</td>
                            <td className="words">{field.description ?? field.title}</td>
                            <td>{can(field)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
