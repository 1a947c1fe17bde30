/** Why a call fails: wrong input, or what the shop says. */

import { decode, textOf } from "./json.js";

/** What is thrown with a payload is an error of the contract; all else is a crash. */
export class Refusal extends Error {
  constructor(kind, code, message, more = {}) {
    super(message);
    this.payload = {
      kind, code, message, advice: undefined, fields: [], status: undefined, requestId: undefined,
      retryAfterMs: undefined, details: undefined, ...more,
    };
  }
}

/** Wrong fields, and what is wrong with each. */
export function invalid(fields, code = "invalid-input") {
  const listed = Object.entries(fields).map(([path, message]) => ({ path, message }));
  return new Refusal("invalid-input", code, "What was given is wrong.", { fields: listed });
}

export const damaged = (what = "checkpoint") => invalid({ [what]: "is damaged" }, "damaged");

export const undelivered = (why) => new Refusal(
  "unavailable", "undelivered", `The shop gave no complete answer, so nobody knows what it did: ${why}.`,
);

export const unexpected = (message, status) => new Refusal("unexpected", "unexpected-answer", message, { status });

/** What a status means, and a word for it. */
const STATUSES = {
  400: ["rejected", "bad-request"],
  401: ["unauthenticated", "token-refused"],
  402: ["forbidden", "shop-frozen"],
  403: ["forbidden", "forbidden"],
  404: ["not-found", "not-found"],
  409: ["conflict", "conflict"],
  422: ["rejected", "not-valid"],
  423: ["forbidden", "shop-locked"],
  429: ["rate-limited", "rate-limited"],
};
const ADVICE = {
  401: "Connect again: the app was removed from the shop, or its token was replaced.",
  402: "The shop has not paid; its owner can change that.",
  403: "Connect again and grant what the action needs.",
};
/** Milliseconds that fit into an answer. */
const LONGEST = 2 ** 32 - 1;

export const header = ({ headers }, name) => headers.find((one) => one.name === name)?.value;

/** What a status that is no success means. */
export function refusal(response) {
  const { status } = response;
  const [kind, code] = STATUSES[status] ?? [status >= 500 ? "unavailable" : "unexpected", `status-${status}`];
  const said = saidBy(response);
  const seconds = Number(header(response, "retry-after") ?? NaN);
  const isLimited = kind === "rate-limited" && seconds >= 0;
  return new Refusal(kind, code, told(said) ?? `The shop answered with status ${status}.`, {
    advice: ADVICE[status],
    status,
    requestId: header(response, "x-request-id"),
    retryAfterMs: isLimited ? Math.min(Math.ceil(seconds * 1000), LONGEST) : undefined,
    details: said === undefined ? undefined : JSON.stringify(said),
  });
}

function saidBy({ body }) {
  try {
    return decode(body);
  } catch {
    try {
      return textOf(body) || undefined;
    } catch {
      return undefined;
    }
  }
}

/** `errors` is a text, or the faults of each field: `{"title": ["can't be blank"]}`. */
function told(said) {
  const errors = said?.errors ?? said?.error;
  if (typeof errors === "string") return errors || undefined;
  if (typeof errors !== "object" || errors === null) return undefined;
  const faults = Object.entries(errors).map(([name, one]) => `${name} ${[one].flat().join(", ")}`);
  return faults.join("; ") || undefined;
}
