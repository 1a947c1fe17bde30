/** One request, one answer: what lies between a `send` step and its reply. */

import { Refusal } from "./errors.mjs";
import { encode } from "./multipart.mjs";
import { checkCredential, checkRequest, covers } from "./policy.mjs";

/** @import { Descriptor, Reply, Request } from "./contract.d.ts" */
/** @import { Options, Policy } from "./types.d.ts" */
/** @import { Vault } from "./vault.mjs" */

/**
 * @typedef {object} Wire what a request needs to know about its connection
 * @property {Descriptor} descriptor
 * @property {string | undefined} environment
 * @property {Policy} policy
 * @property {Record<string, string>} routes
 * @property {typeof fetch} http
 * @property {Options["blobs"]} blobs
 * @property {Vault} vault
 */

/**
 * @typedef {object} Delivery
 * @property {Reply} reply
 * @property {boolean} left whether the request may have reached the service
 * @property {string | undefined} secret the value that travelled with it
 */

/** Errors of before the first byte of a request is sent. */
const NEVER_LEFT = new Set([
  "EAI_AGAIN", "ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "UND_ERR_CONNECT_TIMEOUT",
]);

/** Headers of an answer that say nothing about the body as the component gets it, or hold secrets. */
const DROPPED = new Set([
  "connection", "content-encoding", "content-length", "set-cookie", "transfer-encoding",
]);

/**
 * Sends a request once. Redirects are answers like all others: none is followed.
 * @param {Request} request
 * @param {Wire} wire
 * @param {AbortSignal} [signal]
 * @returns {Promise<Delivery>}
 */
export async function deliver(request, wire, signal) {
  const base = route(request.url, wire.routes);
  const url = checkRequest(request, wire.descriptor, base !== undefined);
  const headers = new Headers(request.headers.map(({ name, value }) => [name, value]));
  const secret = await authorize(request, url, headers, wire);
  const body = await content(request, headers, wire);
  const target = base === undefined ? url.href : base + url.pathname + url.search;

  signal?.throwIfAborted();
  const { timeoutMs, responseBytes } = wire.policy;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const stop = () => timeout.abort();
  signal?.addEventListener("abort", stop);
  try {
    const method = request.method.toUpperCase();
    const { signal } = timeout;
    const response = await wire.http(target, { method, headers, body, signal, redirect: "manual" });
    const answer = {
      status: response.status,
      headers: [...response.headers]
        .filter(([name]) => !DROPPED.has(name))
        .map(([name, value]) => ({ name, value: withoutSecret(value, secret) })),
      body: scrub(await read(response, responseBytes), secret),
    };
    return { reply: { tag: "response", val: answer }, left: true, secret };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    signal?.throwIfAborted();
    const late = timeout.signal.aborted;
    const why = late ? `no complete answer within ${timeoutMs} ms` : reason(error);
    return { reply: { tag: "undelivered", val: why }, left: !NEVER_LEFT.has(why), secret };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/**
 * The base URL that stands in for the origin of a URL.
 * @param {string} url
 * @param {Record<string, string>} routes
 */
function route(url, routes) {
  if (!URL.canParse(url)) return undefined;
  const found = Object.entries(routes).find(([origin]) => covers(origin, new URL(url)));
  return found?.[1].replace(/\/$/, "");
}

/**
 * Adds the credential, and returns its value.
 * @param {Request} request
 * @param {URL} url
 * @param {Headers} headers
 * @param {Wire} wire
 */
async function authorize({ credential: id }, url, headers, { descriptor, environment, vault }) {
  if (id === undefined) return undefined;
  const { placement } = checkCredential(id, url, descriptor, environment);
  const secret = await vault.get(id);
  if (placement.tag === "bearer") headers.set("authorization", `Bearer ${secret}`);
  else headers.set(placement.val, secret);
  return secret;
}

/**
 * @param {Request} request
 * @param {Headers} headers
 * @param {Wire} wire
 */
async function content({ body }, headers, { blobs }) {
  if (body.tag === "empty") return undefined;
  if (body.tag === "bytes") return /** @type {Uint8Array<ArrayBuffer>} */ (body.val);
  const form = await encode(body.val, blobs);
  headers.set("content-type", form.type);
  return form.body;
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
