// A run: how far it is, what it brought, and how to end it or to go on.

import { useEffect, useState } from "react";
import { Problem, ask, path } from "../api";
import { ProblemBox } from "../parts/Problem";
import type { FieldError } from "../types";
import { Results } from "./Results";
import { useRun } from "./run";

type Props = {
    connection: string;
    id: string;
    label: string;
    isList: boolean;
    /** How many items were asked for. */
    limit?: number;
    onFields?: (fields: FieldError[]) => void;
};

export function RunView({ connection, id, label, isList, limit, onFields }: Props) {
    const { run, progress, items, isWhole, more, problem, showMore, again } = useRun(connection, id);
    // What only the run found out about the input is for the form.
    useEffect(() => {
        if (problem && problem.fields.length > 0) onFields?.(problem.fields);
    }, [problem, onFields]);
    const [wrong, setWrong] = useState<Problem>();
    const [busy, setBusy] = useState(false);
    const tell = async (word: "cancel" | "resume") => {
        setBusy(true);
        setWrong(undefined);
        try {
            await ask(path`/v1/${connection}/runs/${id}/${word}`, { method: "POST" });
            if (word === "resume") again();
        } catch (error) {
            setWrong(Problem.of(error));
        } finally {
            setBusy(false);
        }
    };
    const state = run?.state ?? "running";
    const count = isList || progress.items > 0 ? `${progress.items} ${progress.items === 1 ? "item" : "items"}, ` : "";
    const requests = `${progress.requests} ${progress.requests === 1 ? "request" : "requests"}`;
    return (
        <section className="run" data-state={state} aria-label="Run">
            <div className="run-bar">
                <p role="status">
                    <strong>
                        {{ running: "Running", interrupted: "Stopped", done: "Done", failed: "Failed" }[state]}
                    </strong>{" "}
                    · {count}
                    {requests}
                </p>
                {state === "running" && (
                    <button type="button" disabled={busy} onClick={() => void tell("cancel")}>
                        Cancel
                    </button>
                )}
                {state === "interrupted" && (
                    <button type="button" disabled={busy} onClick={() => void tell("resume")}>
                        Resume
                    </button>
                )}
            </div>
            {state === "running" && (
                <>
                    <progress
                        aria-label="Progress"
                        max={progress.of ?? 1}
                        value={progress.of ? progress.sent : undefined}
                    />
                    <p className="note ellipsis">{progress.doing ?? "Beginning…"}</p>
                </>
            )}
            {run?.outcome_unknown && state !== "done" && (
                <p className="warning">
                    Nobody knows whether the last change was made. To resume lets the connector find out.
                </p>
            )}
            <ProblemBox problem={wrong ?? (state === "failed" ? problem : state === "running" ? problem : undefined)} />
            {items.length > 0 && <Results items={items} label={label} />}
            {more && items.length > 0 && (
                <p className="more">
                    <button type="button" onClick={showMore}>
                        Show more{progress.items > items.length && ` (${items.length} of ${progress.items})`}
                    </button>
                </p>
            )}
            {state === "done" && limit !== undefined && progress.items >= limit && (
                <p className="note more">That is as many as were asked for. There may be more.</p>
            )}
            {isList && isWhole && state === "done" && items.length === 0 && (
                <p className="empty">Nothing is in the list.</p>
            )}
            {state === "done" &&
                !isList &&
                items.length === 0 &&
                (run?.output === null || run?.output === undefined || isEmpty(run.output) ? (
                    <p className="empty">It is done; there is nothing to show.</p>
                ) : (
                    <Results output={run.output} label={label} />
                ))}
        </section>
    );
}

const isEmpty = (value: unknown) => typeof value === "object" && value !== null && Object.keys(value).length === 0;
