/** One HTTP exchange. It knows limits and no rules. */

import { Refusal } from "./errors.mjs";
import { chunksOf, streamOf, whole } from "./streams.mjs";

/** @import { Reply } from "./contract.d.ts" */
/** @import { Timers } from "./platform.mjs" */
/** @import { Mask } from "./secrets.mjs" */
/** @import { Http, Policy } from "./types.d.ts" */

/**
 * @typedef {object} Outgoing
 * @property {string} method
 * @property {Headers} headers with the credential
 * @property {Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array> | undefined} body
 * @property {Timers} timers
 * @property {Mask} mask takes credentials out of the answer
 * @property {number} timeoutMs without the time for the answer's body
 * @property {Policy} policy
 * @property {((body: AsyncIterable<Uint8Array>) => Promise<string>) | undefined} save for the body
 *   of a 2xx answer; gives its reference
 */

/** Errors of before the first byte of a request is sent. */
const NEVER_LEFT = new Set([
  "EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/** Bytes that need no more time than any answer has. */
const SHORT = 1024 * 1024;

/**
 * Headers that stop here: they speak of the body as it was before it was decompressed, or, as
 * cookies do, hold secrets of the service.
 */
const DROPPED = new Set([
  "connection", "content-encoding", "content-length", "keep-alive", "proxy-authenticate",
  "proxy-connection", "set-cookie", "set-cookie2", "te", "trailer", "transfer-encoding", "upgrade",
]);

/**
 * @param {Http} http
 * @param {URL} url
 * @param {Outgoing} outgoing
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ reply: Reply, left: boolean }>} `left`: it may have reached the service
 */
export async function exchange(http, url, outgoing, signal) {
  const { method, mask, timeoutMs, policy, save } = outgoing;
  signal?.throwIfAborted();
  const timeout = outgoing.timers.deadline(timeoutMs);
  const stop = () => timeout.abort();
  signal?.addEventListener("abort", stop);
  try {
    const response = await http(url, { ...sendable(outgoing), method, signal: timeout.signal });
    if (response.type === "opaqueredirect") throw Object.assign(new Error("a browser shows no redirect"), { code: "OPAQUE_REDIRECT" });
    const { status } = response;
    const headers = [...response.headers]
      .filter(([name]) => !DROPPED.has(name))
      .map(([name, value]) => ({ name: mask.text(name), value: mask.text(value) }));
    const limit = save && response.ok ? policy.saveBytes : policy.responseBytes;
    if (isShort(response, limit) && !(save && response.ok)) {
      const body = mask.bytes(new Uint8Array(await response.arrayBuffer()));
      return { reply: { tag: "response", val: { status, headers, body } }, left: true };
    }
    const more = (/** @type {number} */ size) => timeout.add((size / policy.transferRate) * 1000);
    const chunks = mask.chunks(limited(response, limit, more));
    if (save && response.ok) {
      const blob = await save(chunks);
      return { reply: { tag: "saved", val: { status, headers, blob } }, left: true };
    }
    const body = await whole(chunks);
    return { reply: { tag: "response", val: { status, headers, body } }, left: true };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    signal?.throwIfAborted();
    const why = timeout.signal.aborted ? "no complete answer in time" : reason(error);
    return { reply: { tag: "undelivered", val: mask.text(why) }, left: !NEVER_LEFT.has(why) };
  } finally {
    timeout.clear();
    signal?.removeEventListener("abort", stop);
  }
}

/**
 * A stream goes out under the content length that is among the headers.
 * @param {Outgoing} outgoing
 * @returns {RequestInit}
 */
function sendable({ headers, body }) {
  const fixed = /** @type {const} */ ({ headers, redirect: "manual" });
  if (body === undefined || body instanceof Uint8Array) return { ...fixed, body };
  return /** @type {RequestInit} */ ({ ...fixed, body: streamOf(body), duplex: "half" });
}

/**
 * Whether the service says that the body is short: then it is read at once, which is several times
 * as fast as by chunks. The length of a compressed one says nothing.
 * @param {Response} response
 * @param {number} limit
 */
function isShort({ headers }, limit) {
  const length = headers.get("content-length");
  const short = /^\d{1,15}$/.test(length ?? "") && Number(length) <= Math.min(limit, SHORT);
  return short && !headers.has("content-encoding");
}

/**
 * @param {Response} response
 * @param {number} limit
 * @param {(size: number) => void} seen
 * @returns {AsyncGenerator<Uint8Array, void, undefined>}
 */
async function* limited(response, limit, seen) {
  let size = 0;
  for await (const chunk of response.body ? chunksOf(response.body) : []) {
    size += chunk.byteLength;
    if (size > limit) throw new Refusal("response-size", `an answer is larger than ${limit} bytes`);
    seen(chunk.byteLength);
    yield chunk;
  }
}

/**
 * Why nothing arrived. A code, because messages may quote what was sent.
 * @param {any} error
 * @returns {string}
 */
function reason(error) {
  return String(error?.cause?.code ?? error?.code ?? error?.name ?? "failed");
}
