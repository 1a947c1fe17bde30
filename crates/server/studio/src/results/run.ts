// A run, as it goes on.

import { useCallback, useEffect, useRef, useState } from "react";
import { Problem, ask, path, send } from "../api";
import { read } from "../events";
import type { Failure, Json, Run } from "../types";

/** Items that are looked at before somebody asks for more. */
const SHOWN = 100;
/** Until a stream that broke off is opened again. */
const AGAIN_MS = 1000;

export type Progress = { items: number; requests: number; doing?: string; sent?: number; of?: number };

export type Followed = {
  run?: Run;
  progress: Progress;
  items: Json[];
  /** Whether everything that was brought is here. */
  isWhole: boolean;
  /** Whether there are more than are shown. */
  more: boolean;
  problem?: Problem;
  showMore: () => void;
  /** Goes on to listen, after a run has been gone on with. */
  again: () => void;
};

const ENDS = ["done", "failed", "interrupted"];

export function useRun(connection: string, id: string | null): Followed {
  const [run, setRun] = useState<Run>();
  const [progress, setProgress] = useState<Progress>({ items: 0, requests: 0 });
  const [items, setItems] = useState<Json[]>([]);
  const [wanted, setWanted] = useState(SHOWN);
  const [problem, setProblem] = useState<Problem>();
  const [round, setRound] = useState(0);
  const [isWhole, setWhole] = useState(false);
  const [busy, setBusy] = useState(false);
  const stop = useRef<AbortController>(null);

  // All begins anew with another run.
  useEffect(() => {
    const mine = new AbortController();
    stop.current = mine;
    setRun(undefined);
    setItems([]);
    setWanted(SHOWN);
    setWhole(false);
    setBusy(false);
    setProgress({ items: 0, requests: 0 });
    setProblem(undefined);
    return () => mine.abort();
  }, [connection, id]);

  useEffect(() => {
    if (id === null) return;
    const stop = new AbortController();
    const take = (event: string, data: Record<string, never>) => {
      if (ENDS.includes(event)) {
        const ended = data as unknown as Run;
        setRun(ended);
        setProgress((old) => ({
          items: Math.max(ended.items ?? 0, old.items),
          requests: Math.max(ended.requests ?? 0, old.requests),
        }));
        const words = ended.error ? { title: "It failed", detail: String(ended.error) } : undefined;
        const failure: Failure | undefined =
          ended.problem ?? (event === "failed" ? (words ?? { detail: "It failed" }) : undefined);
        setProblem(failure && new Problem(failure));
        return true;
      }
      setProgress((old) => {
        if (event === "page") return { ...old, items: data.items, doing: undefined };
        if (event === "request")
          return { ...old, requests: data.requests, doing: `${data.method} ${data.url}`, sent: undefined };
        if (event === "transfer") return { ...old, sent: data.sent, of: data.of };
        if (event === "waiting") return { ...old, doing: `waiting ${Math.ceil(data.seconds)} s: ${data.reason}` };
        return old;
      });
      return false;
    };
    const follow = async () => {
      while (!stop.signal.aborted) {
        try {
          const answer = await send(path`/v1/${connection}/runs/${id}/events`, {
            headers: { accept: "text/event-stream" },
            signal: stop.signal,
          });
          for await (const { event, data } of read(answer)) {
            if (take(event, JSON.parse(data) as Record<string, never>)) return;
          }
        } catch (error) {
          if (stop.signal.aborted) return;
          const problem = Problem.of(error);
          // What the server refuses does not get better.
          if (problem.status >= 400 && problem.status < 500) return setProblem(problem);
        }
        await new Promise((wake) => setTimeout(wake, AGAIN_MS));
      }
    };
    void follow();
    return () => stop.abort();
  }, [connection, id, round]);

  // What has been counted so far is there; once the run has ended, all that was kept.
  const total = run ? Infinity : progress.items;
  useEffect(() => {
    const current = stop.current;
    if (id === null || isWhole || busy || !current || items.length >= Math.min(wanted, total)) return;
    setBusy(true);
    const query = `?after=${items.length}&limit=${Math.min(SHOWN, wanted - items.length)}`;
    ask<{ items: Json[]; next: number | null }>(path`/v1/${connection}/runs/${id}/items` + query, {
      signal: current.signal,
    }).then(
      ({ items: more, next }) => {
        setItems((old) => [...old, ...more]);
        setWhole(total === Infinity && next === null);
        // What was counted and is not there comes soon.
        setTimeout(() => setBusy(false), more.length > 0 || total === Infinity ? 0 : AGAIN_MS);
      },
      (error) => {
        if (current.signal.aborted) return;
        setProblem(Problem.of(error));
        setWhole(true);
        setBusy(false);
      },
    );
  }, [connection, id, items.length, wanted, total, isWhole, busy]);

  const showMore = useCallback(() => setWanted((wanted) => wanted + SHOWN), []);
  const again = useCallback(() => {
    setRun(undefined);
    setProblem(undefined);
    setWhole(false);
    setRound((round) => round + 1);
  }, []);
  const isCut = run !== undefined && !isWhole && items.length >= wanted;
  return {
    run,
    progress: { ...progress, items: Math.max(progress.items, items.length) },
    items,
    isWhole,
    more: progress.items > items.length || isCut,
    problem,
    showMore,
    again,
  };
}
