// Requests to the server, with the key that a person has given for this tab.

import type { Failure, FieldError } from "./types";

const KEPT = "connector-key";

let key = typeof sessionStorage === "undefined" ? null : sessionStorage.getItem(KEPT);
const waiting = new Set<() => void>();

export const currentKey = () => key;

/** Takes a key for this tab, or forgets it. */
export function setKey(next: string | null) {
  key = next;
  if (next === null) sessionStorage.removeItem(KEPT);
  else sessionStorage.setItem(KEPT, next);
  for (const tell of waiting) tell();
}

export function onKey(tell: () => void) {
  waiting.add(tell);
  return () => void waiting.delete(tell);
}

/** Why something was not done, as the server words it. */
export class Problem extends Error {
  constructor(
    readonly failure: Failure,
    readonly status = failure.status ?? 0,
    readonly retryAfter: number | null = null,
  ) {
    super(failure.detail || failure.title || "Something went wrong");
  }

  get fields(): FieldError[] {
    return this.failure.fields ?? [];
  }

  static of(error: unknown): Problem {
    if (error instanceof Problem) return error;
    const why = error instanceof Error ? error.message : String(error);
    return new Problem({ detail: `The server cannot be reached: ${why}` });
  }
}

/** A path of which each part that is filled in is encoded. */
export function path(texts: TemplateStringsArray, ...parts: (string | number)[]) {
  return texts.reduce((sum, text, index) => sum + encodeURIComponent(parts[index - 1]) + text);
}

type Asked = {
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  as?: string | null;
};

/** Sends a request, and gives the answer if it is not an error. */
export async function send(to: string, { method, body, headers, signal, as }: Asked = {}): Promise<Response> {
  const bearer = as ?? key;
  const isForm = body instanceof FormData;
  const answer = await fetch(to, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
    headers: {
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      ...(body === undefined || isForm ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    signal,
    credentials: "omit",
    cache: "no-store",
  });
  if (answer.ok) return answer;
  const text = await answer.text();
  let failure: Failure = {};
  try {
    failure = JSON.parse(text) as Failure;
  } catch {
    failure = { title: `The server answered with ${answer.status}`, detail: text.slice(0, 300) };
  }
  // A key that is not taken any more is asked for again.
  if (answer.status === 401 && as === undefined) setKey(null);
  const after = Number(answer.headers.get("retry-after"));
  throw new Problem(failure, answer.status, Number.isFinite(after) && after > 0 ? after : null);
}

/** The same, and reads the answer as JSON. */
export async function ask<T>(to: string, asked?: Asked): Promise<T> {
  const answer = await send(to, asked);
  return answer.status === 204 ? (undefined as T) : ((await answer.json()) as T);
}
