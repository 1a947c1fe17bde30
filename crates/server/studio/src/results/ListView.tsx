// A list, a page at a time.

import { useCallback, useEffect, useRef, useState } from "react";
import { Problem, ask } from "../api";
import { ProblemBox } from "../parts/Problem";
import type { Data, Json } from "../types";
import { Results } from "./Results";

type Part = { items: Json[]; next: string | null };

export function ListView({ at, input, label }: { at: string; input: Data; label: string }) {
    const [items, setItems] = useState<Json[]>([]);
    const [next, setNext] = useState<string | null>();
    const [problem, setProblem] = useState<Problem>();
    const [busy, setBusy] = useState(false);
    const stop = useRef<AbortController>(null);
    const more = useCallback(
        async (next?: string | null) => {
            stop.current?.abort();
            const mine = new AbortController();
            stop.current = mine;
            setBusy(true);
            setProblem(undefined);
            try {
                const page = await ask<Part>(next ? `${at}?next=${encodeURIComponent(next)}` : at, {
                    body: input,
                    signal: mine.signal,
                });
                setItems((old) => (next ? [...old, ...page.items] : page.items));
                setNext(page.next);
            } catch (error) {
                if (stop.current !== mine) return;
                setProblem(
                    mine.signal.aborted
                        ? new Problem({ title: "Cancelled", detail: "It was cancelled; what had come before is here." })
                        : Problem.of(error),
                );
            }
            setBusy(false);
        },
        [at, input],
    );
    useEffect(() => {
        void more();
        return () => {
            const mine = stop.current;
            stop.current = null;
            mine?.abort();
        };
    }, [more]);
    return (
        <section className="run" aria-label="Run" data-state={busy ? "running" : problem ? "failed" : "done"}>
            <div className="run-bar">
                <p role="status">
                    <strong>{busy ? "Reading" : problem ? "Failed" : "Done"}</strong> · {items.length}{" "}
                    {items.length === 1 ? "item" : "items"}
                    {next ? " so far" : ""}
                </p>
                {busy && (
                    <button type="button" onClick={() => stop.current?.abort()}>
                        Cancel
                    </button>
                )}
            </div>
            {busy && <progress aria-label="Progress" />}
            <ProblemBox problem={problem} />
            {(items.length > 0 || (!busy && !problem)) && <Results items={items} label={label} />}
            {next && !busy && (
                <p className="more">
                    <button type="button" onClick={() => void more(next)}>
                        Next page
                    </button>
                </p>
            )}
        </section>
    );
}
