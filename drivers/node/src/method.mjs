/** The methods of requests. */

import { Refusal } from "./errors.mjs";

/** @import { Method } from "./contract.d.ts" */

/** What `fetch` sends never. */
const FORBIDDEN = new Set(["CONNECT", "TRACE", "TRACK"]);

/**
 * As HTTP writes it, such as `GET`.
 * @param {Method} method
 */
export function word(method) {
  return method.tag === "other" ? method.val : method.tag.toUpperCase();
}

/**
 * Whether it asks and changes nothing.
 * @param {Method} method
 */
export function reads({ tag }) {
  return tag === "get" || tag === "head";
}

/**
 * The word, if it may be sent: one in capitals, and none that opens a tunnel.
 * @param {Method} method
 */
export function checkMethod(method) {
  const name = word(method);
  const shown = JSON.stringify(name.slice(0, 50));
  if (!/^[A-Z][A-Z-]*$/.test(name)) {
    throw new Refusal("method", `the method ${shown} of a request is no word in capitals`);
  }
  if (FORBIDDEN.has(name)) throw new Refusal("method", `the method ${shown} of a request is never sent`);
  return name;
}
