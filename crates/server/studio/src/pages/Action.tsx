// An action: its form, what would be sent, what comes of it, and the same call elsewhere.

import { useCallback, useMemo, useRef, useState } from "react";
import { Problem, ask, path } from "../api";
import { catalogue } from "../catalogue";
import { SchemaForm } from "../form/SchemaForm";
import { pruned, shown } from "../form/schema";
import { errorsOf, filledOf, inputOf, placeOf } from "../form/single";
import { useLoad } from "../load";
import { Page, Wait } from "../parts/Page";
import { ProblemBox } from "../parts/Problem";
import { Tabs } from "../parts/Tabs";
import { RunView } from "../results/RunView";
import { to } from "../route";
import { Snippets } from "../snippets/Snippets";
import type { Choice, Connection, Data, Described, FieldError, Me } from "../types";
import { Marks } from "./Browse";
import { About } from "./About";
import { type Request, RequestView } from "./RequestView";

const NONE: FieldError[] = [];

/** Items of a list that are read when nobody says how many. */
const SOME = "100";

export function ActionPage({ connection, id }: { connection: Connection; me: Me; id: string }) {
    const loaded = useLoad<Described>(catalogue(connection, "actions", id));
    return <Wait loaded={loaded}>{(action) => <Loaded action={action} connection={connection} />}</Wait>;
}

/** What a form of this connection asks the server; `place` says where in the input a field of the form is. */
export function useAsks(
    connection: Connection,
    kind: "actions" | "triggers",
    id: string,
    input: Data,
    place: (field: string) => string = (field) => field,
) {
    const choices = useCallback(
        (field: string, query: string, signal: AbortSignal) => {
            const body = { field: place(field), input, ...(query ? { query } : {}), limit: 50 };
            return ask<{ choices: Choice[]; more: boolean }>(path`/v1/${connection.id}/${kind}/${id}/choices`, {
                body,
                signal,
            });
        },
        [connection.id, kind, id, input, place],
    );
    const upload = useCallback(
        async (file: File) => {
            const form = new FormData();
            form.append("file", file, file.name);
            return (await ask<{ file: string }>(path`/v1/${connection.id}/files`, { body: form })).file;
        },
        [connection.id],
    );
    return { choices, upload };
}

function Loaded({ action, connection }: { action: Described; connection: Connection }) {
    const [data, setData] = useState<Data>({});
    const [problem, setProblem] = useState<Problem>();
    const [found, setFound] = useState<FieldError[]>(NONE);
    const [request, setRequest] = useState<Request>();
    const [begun, setBegun] = useState<{ run: string; limit?: number }>();
    const [busy, setBusy] = useState(false);
    const [asked, setAsked] = useState(false);
    const [most, setMost] = useState(SOME);
    const [tab, setTab] = useState("about");
    // Examples begin the form anew.
    const [form, setForm] = useState(0);
    const output = useRef<HTMLElement>(null);
    const isList = action.shape === "items";
    const limit = isList && /^[1-9]\d*$/.test(most.trim()) ? Number(most) : undefined;
    const [many, setMany] = useState(false);
    const { one } = action.form;
    const single = many ? undefined : one?.single;
    const at = path`/v1/${connection.id}/actions/${action.id}`;
    const input = useMemo(() => (single ? inputOf(single, pruned(data)) : pruned(data)), [single, data]);
    const place = useCallback((field: string) => (single ? placeOf(single, field) : field), [single]);
    const asks = useAsks(connection, "actions", action.id, input, place);
    const wrong = problem && problem.fields.length > 0 ? problem.fields : found;

    const attempt = async (what: () => Promise<void>) => {
        setBusy(true);
        setProblem(undefined);
        setFound(NONE);
        try {
            await what();
        } catch (error) {
            setProblem(Problem.of(error));
        }
        setBusy(false);
    };
    const show = (tab: string) => {
        setTab(tab);
        output.current?.scrollTo({ top: 0 });
        // Where it is below the form, it comes into view.
        output.current?.scrollIntoView({ block: "nearest" });
    };
    // The connector checks the whole input and says all that is wrong, before anything is sent.
    const check = () => ask<Request>(`${at}/dry-run`, { body: input });
    const preview = () =>
        attempt(async () => {
            setRequest(await check());
            show("request");
        });
    const run = () =>
        attempt(async () => {
            setRequest(await check());
            if (action.destructive && !asked) return setAsked(true);
            setAsked(false);
            const query = limit === undefined ? "" : `?limit=${limit}`;
            const { run } = await ask<{ run: string }>(at + query, {
                body: input,
                headers: { prefer: "respond-async" },
            });
            setBegun({ run, limit });
            show("result");
        });
    const begin = (data: Data, many: boolean) => {
        setData(data);
        setMany(many);
        setProblem(undefined);
        setFound(NONE);
        setForm((form) => form + 1);
    };
    const fill = (index: number) => {
        const { input } = action.examples[index];
        const filled = one && filledOf(one.single, input);
        begin(filled ?? input, filled === undefined && one !== undefined);
    };
    // What has been filled in goes along.
    const change = (next: boolean) => {
        const whole = pruned(data);
        begin(next ? input : ((one && filledOf(one.single, whole)) ?? {}), next);
    };
    const lacking = action.scopes.filter((scope) => connection.scopes !== null && !connection.scopes.includes(scope));

    const tabs = [
        ...(begun
            ? [
                  {
                      id: "result",
                      title: "Result",
                      content: () => (
                          <RunView
                              key={begun.run}
                              connection={connection.id}
                              id={begun.run}
                              label={action.title}
                              isList={isList}
                              limit={begun.limit}
                              onFields={setFound}
                          />
                      ),
                  },
              ]
            : []),
        ...(request ? [{ id: "request", title: "Request", content: () => <RequestView request={request} /> }] : []),
        {
            id: "code",
            title: "Code",
            content: () => (
                <Snippets
                    call={{
                        origin: location.origin,
                        connection: connection.name,
                        action: action.id,
                        title: action.title,
                        input: shown(action.input, input) as Data,
                        limit,
                    }}
                />
            ),
        },
        { id: "about", title: "About", content: () => <About action={action} lacking={lacking} /> },
    ];
    return (
        <Page
            title={action.title}
            crumb={
                <>
                    <a href={to("c", connection.id, "actions")}>Actions</a> · {action.group}
                </>
            }
            lead={action.summary}
            actions={
                <span className="badges">
                    <Marks one={action} />
                </span>
            }
        >
            {lacking.length > 0 && (
                <p className="warning">
                    The connection lacks {lacking.join(", ")}: <a href={to("c", connection.id)}>connect it again</a>{" "}
                    with more scopes.
                </p>
            )}
            <div className="work">
                <section className="sheet" aria-label="Input">
                    {action.examples.length > 0 && (
                        <div className="field examples">
                            <label htmlFor="example">Begin with an example</label>
                            <select id="example" value="" onChange={(event) => fill(Number(event.target.value))}>
                                <option value="" disabled>
                                    Choose…
                                </option>
                                {action.examples.map(({ title }, index) => (
                                    <option key={index} value={index}>
                                        {title}
                                    </option>
                                ))}
                            </select>
                        </div>
                    )}
                    <SchemaForm
                        key={form}
                        schema={one && !many ? one.schema : action.form.schema}
                        data={data}
                        onChange={setData}
                        onSubmit={() => void run()}
                        errors={single ? errorsOf(single, wrong) : wrong}
                        before={
                            one && (
                                <fieldset className="field records">
                                    <legend>Records</legend>
                                    {[false, true].map((several) => (
                                        <label key={String(several)}>
                                            <input
                                                type="radio"
                                                name="records"
                                                checked={many === several}
                                                onChange={() => change(several)}
                                            />{" "}
                                            {several ? "Several at once" : "One"}
                                        </label>
                                    ))}
                                </fieldset>
                            )
                        }
                        label={action.title}
                        {...asks}
                    >
                        {isList && (
                            <div className="field most">
                                <label htmlFor="most">Items at most</label>
                                <p className="help" id="most-help">
                                    Leave it empty to read the whole list.
                                </p>
                                <input
                                    id="most"
                                    inputMode="numeric"
                                    value={most}
                                    aria-describedby="most-help"
                                    onChange={(event) => setMost(event.target.value)}
                                />
                            </div>
                        )}
                        {problem && problem.fields.length === 0 && <ProblemBox problem={problem} />}
                        {asked && (
                            <p className="warning" role="alert">
                                This takes something away.{" "}
                                <button type="submit" className="danger">
                                    Yes, do it
                                </button>{" "}
                                <button type="button" className="link" onClick={() => setAsked(false)}>
                                    No
                                </button>
                            </p>
                        )}
                        <p className="buttons">
                            <button
                                type="submit"
                                className={action.destructive ? "danger" : "primary"}
                                disabled={busy || asked}
                            >
                                {busy ? "Checking…" : "Run"}
                            </button>
                            <button type="button" disabled={busy} onClick={() => void preview()}>
                                Show the request
                            </button>
                            <button type="reset" className="link" onClick={() => begin({}, many)}>
                                Clear
                            </button>
                        </p>
                    </SchemaForm>
                </section>
                <section className="sheet output" aria-label="Output" tabIndex={0} ref={output}>
                    <Tabs label="Output" tabs={tabs} chosen={tab} onChoose={setTab} />
                </section>
            </div>
        </Page>
    );
}
