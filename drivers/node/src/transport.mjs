/** Something in the place of `fetch`: for platforms through whose own helper all requests go. */

import { whole } from "./streams.mjs";

/** @import { Http, Transport } from "./types.d.ts" */

/** Statuses whose answers have no body; `Response` takes none for them. */
const EMPTY = new Set([101, 204, 205, 304]);

/** What was true of the body on the wire, and may not be of the one that is given. */
const OF_THE_WIRE = new Set(["content-encoding", "content-length", "transfer-encoding"]);

/**
 * What `connect` takes as `http`. What the function throws is a request of which nobody knows whether it
 * arrived; that it certainly did not leave, the error says by a `code` such as `ECONNREFUSED`.
 * @param {Transport} send
 * @returns {Http}
 */
export function transport(send) {
  return async (url, { method = "GET", headers, body, signal }) => {
    const stream = /** @type {any} */ (body ?? undefined);
    const bytes = stream === undefined || stream instanceof Uint8Array ? stream : await whole(stream);
    const answer = await send({
      method,
      url: url.href,
      headers: Object.fromEntries(new Headers(headers)),
      body: bytes,
      signal: signal ?? undefined,
    });
    const { status } = answer;
    const kept = Object.entries(answer.headers).filter(([name]) => !OF_THE_WIRE.has(name.toLowerCase()));
    const pairs = kept.flatMap(([name, value]) =>
      [value].flat().map((one) => /** @type {[string, string]} */ ([name, String(one)])));
    return new Response(EMPTY.has(status) ? null : answer.body ?? null, { status, headers: pairs });
  };
}
