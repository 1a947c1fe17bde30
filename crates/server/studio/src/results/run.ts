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
  const loading = useRef(false);

  useEffect(() => {
    setRun(undefined);
    setItems([]);
    setWanted(SHOWN);
    setProgress({ items: 0, requests: 0 });
    setProblem(undefined);
  }, [connection, id]);

  useEffect(() => {
    if (id === null) return;
    const stop = new AbortController();
    const take = (event: string, data: Record<string, never>) => {
      if (ENDS.includes(event)) {
        const ended = data as unknown as Run;
        setRun(ended);
        setProgress((old) => ({ items: ended.items ?? old.items, requests: ended.requests ?? old.requests }));
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

  useEffect(() => {
    if (id === null || loading.current || items.length >= Math.min(wanted, progress.items)) return;
    loading.current = true;
    const stop = new AbortController();
    const limit = Math.min(SHOWN, wanted - items.length);
    ask<{ items: Json[]; next: number | null }>(
      `${path`/v1/${connection}/runs/${id}/items`}?after=${items.length}&limit=${limit}`,
      { signal: stop.signal },
    )
      .then(({ items: more }) => setItems((old) => [...old, ...more]))
      .catch((error) => {
        if (!stop.signal.aborted) setProblem(Problem.of(error));
      })
      .finally(() => {
        loading.current = false;
      });
    return () => {
      stop.abort();
      loading.current = false;
    };
  }, [connection, id, items.length, wanted, progress.items]);

  const showMore = useCallback(() => setWanted((wanted) => wanted + SHOWN), []);
  const again = useCallback(() => {
    setRun(undefined);
    setProblem(undefined);
    setRound((round) => round + 1);
  }, []);
  return { run, progress, items, more: progress.items > items.length, problem, showMore, again };
}
