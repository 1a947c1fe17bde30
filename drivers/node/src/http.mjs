/** One HTTP exchange. It knows limits and no rules. */

import { Refusal } from "./errors.mjs";

/** @import { Reply } from "./contract.d.ts" */

/**
 * @typedef {object} Outgoing
 * @property {string} method
 * @property {Headers} headers with the credential
 * @property {Uint8Array<ArrayBuffer> | Blob | undefined} body
 * @property {string | undefined} secret the credential's value
 * @property {number} timeoutMs from the first byte out to the last byte in
 * @property {number} responseBytes of the answer's body, decompressed
 */

/** Errors of before the first byte of a request is sent. */
const NEVER_LEFT = new Set([
  "EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND",
  "UND_ERR_CONNECT_TIMEOUT",
]);

/**
 * Headers that stop here: they speak of the body as it was before it was decompressed, or, as
 * cookies do, hold secrets of the service.
 */
const DROPPED = new Set([
  "connection", "content-encoding", "content-length", "keep-alive", "set-cookie",
  "transfer-encoding",
]);

/**
 * @param {typeof fetch} http
 * @param {URL} url
 * @param {Outgoing} outgoing
 * @param {AbortSignal} [signal]
 * @returns {Promise<{ reply: Reply, left: boolean }>} `left`: it may have reached the service
 */
export async function exchange(http, url, outgoing, signal) {
  const { method, headers, body, secret, timeoutMs, responseBytes } = outgoing;
  signal?.throwIfAborted();
  const timeout = new AbortController();
  const stop = () => timeout.abort();
  const timer = setTimeout(stop, timeoutMs);
  signal?.addEventListener("abort", stop);
  try {
    const options = { method, headers, body, signal: timeout.signal };
    const response = await http(url, { ...options, redirect: "manual" });
    const answer = {
      status: response.status,
      headers: [...response.headers]
        .filter(([name]) => !DROPPED.has(name))
        .map(([name, value]) => ({ name, value: withoutSecret(value, secret) })),
      body: scrub(await read(response, responseBytes), secret),
    };
    return { reply: { tag: "response", val: answer }, left: true };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    signal?.throwIfAborted();
    const late = timeout.signal.aborted;
    const why = late ? `no complete answer within ${timeoutMs} ms` : reason(error);
    return { reply: { tag: "undelivered", val: why }, left: !NEVER_LEFT.has(why) };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/**
 * @param {Response} response
 * @param {number} limit
 */
async function read(response, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > limit) throw new Refusal("response-size", `an answer is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * A service may echo a credential; the component shall not see it even then.
 * @param {Buffer} bytes
 * @param {string | undefined} secret
 */
function scrub(bytes, secret) {
  if (!secret || !bytes.includes(secret)) return bytes;
  return Buffer.from(withoutSecret(bytes.toString("latin1"), secret), "latin1");
}

/**
 * Values that are too short to be secret would be found in ordinary words.
 * @param {string} text
 * @param {string | undefined} secret of ASCII characters
 */
function withoutSecret(text, secret = "") {
  return secret.length < 8 ? text : text.replaceAll(secret, "[secret]");
}

/**
 * Why nothing arrived. A code, because messages may quote what was sent.
 * @param {any} error
 * @returns {string}
 */
function reason(error) {
  return error?.cause?.code ?? error?.code ?? error?.name ?? "failed";
}
