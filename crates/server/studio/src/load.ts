// What a page waits for.

import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { Problem, ask, currentKey, onKey } from "./api";

export type Loaded<T> = { data?: T; problem?: Problem; reload: () => void };

/** Asks for something, and again when the address changes; null asks for nothing. */
export function useLoad<T>(address: string | null): Loaded<T> {
  const [held, setHeld] = useState<{ address: string | null; data?: T; problem?: Problem }>({ address: null });
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (address === null) return;
    const stop = new AbortController();
    ask<T>(address, { signal: stop.signal }).then(
      (data) => setHeld({ address, data }),
      (error) => {
        if (!stop.signal.aborted) setHeld({ address, problem: Problem.of(error) });
      },
    );
    return () => stop.abort();
  }, [address, count]);
  const reload = useCallback(() => setCount((count) => count + 1), []);
  return held.address === address ? { ...held, reload } : { reload };
}

export function useKey() {
  return useSyncExternalStore(onKey, currentKey);
}
