/** Carries out one request of a connector: checks, credential, body, redirects. */

import { assemble } from "./body.mjs";
import { Unreadable } from "./blobs.mjs";
import { Refusal } from "./errors.mjs";
import { exchange } from "./http.mjs";
import { key } from "./idempotency.mjs";
import { checkMethod, reads } from "./method.mjs";
import { form } from "./multipart.mjs";
import { place } from "./placement.mjs";
import { checkBound, checkHeaders, checkUrl, declaredAs, nameRequest } from "./policy.mjs";
import { lead } from "./routes.mjs";
import { whole } from "./streams.mjs";

/** @import { Descriptor, Effect, PendingRequest, Reply, Request } from "./contract.d.ts" */
/** @import { Authority } from "./authority.mjs" */
/** @import { CallBlobs } from "./blobs.mjs" */
/** @import { About } from "./declared.mjs" */
/** @import { Platform } from "./platform.mjs" */
/** @import { Http, Policy, Signer } from "./types.d.ts" */
/** @import { Secret, Vault } from "./vault.mjs" */

/**
 * @typedef {object} Wire what a request needs to know about its connection
 * @property {Descriptor} descriptor with the settings in its addresses
 * @property {Refusal | undefined} unreachable why it has none
 * @property {string | undefined} environment
 * @property {Policy} policy
 * @property {[string, URL][]} routes
 * @property {Http} http
 * @property {Platform} platform
 * @property {CallBlobs} blobs
 * @property {Vault} vault
 * @property {Authority} authority
 * @property {Record<string, Signer>} signers
 * @property {About} call that the request belongs to
 * @property {string | undefined} id of that call
 */

/**
 * @typedef {object} Sent
 * @property {Reply} reply
 * @property {boolean} left whether the request may have reached the service
 * @property {boolean} [lacking] a file for it cannot be read: to send it again is in vain
 * @property {string | undefined} credential the id of the one that travelled with it
 * @property {Secret | undefined} secret its value
 * @property {Effect} effect what sending it twice does
 */

/**
 * Sends a request once. A redirect is followed only without a credential, only for what has no
 * body, and only to declared origins; any other one is an answer.
 * @param {PendingRequest} pending
 * @param {Wire} wire
 * @param {AbortSignal} [signal]
 * @returns {Promise<Sent>}
 */
export async function send(pending, wire, signal) {
  const { descriptor, policy, routes, http, blobs, vault } = wire;
  const { request } = pending;
  if (wire.unreachable) throw wire.unreachable;
  let url = checkUrl(request.url, descriptor);
  const method = checkMethod(request.method);
  const named = request.credential;
  const credential = named === undefined ? undefined : await vault.choose(declaredAs(named, descriptor));
  if (credential) checkBound(credential, url, wire.environment);
  const effect = await wire.authority.admit(request, url, wire.call, credential);
  const headers = checkHeaders(request, descriptor);
  if (request.idempotencyHeader !== undefined) {
    nameRequest(request.idempotencyHeader, await keyOf(pending, wire.id), headers, descriptor);
  }
  const secret = credential && (await vault.get(credential.id));
  const sent = { credential: credential?.id, secret, effect };
  for (let redirects = 0; ; redirects++) {
    const made = await content(request, headers, wire).catch(unreadable);
    if (made instanceof Unreadable) {
      const why = vault.mask.text(made.message);
      const reply = /** @type {const} */ ({ tag: "undelivered", val: why });
      return { reply, left: false, lacking: true, ...sent };
    }
    const target = credential && secret
      ? await place(credential, secret, { method, url, headers, ...signable(made.body) }, { ...wire, mask: vault.mask })
      : url;
    const { reply, left } = await exchange(http, lead(routes, target), {
      method,
      headers,
      body: made.body,
      timers: wire.platform.timers,
      mask: vault.mask,
      timeoutMs: policy.timeoutMs + (made.size / policy.transferRate) * 1000,
      policy,
      save: request.save ? (body) => blobs.save(body) : undefined,
    }, signal);
    const follows = named === undefined && reads(request.method) && redirects < policy.redirects;
    const next = follows ? redirect(reply, url, descriptor) : undefined;
    if (!next) return { reply, left, ...sent };
    url = next;
  }
}

/**
 * @param {PendingRequest} pending
 * @param {string | undefined} id
 */
function keyOf(pending, id) {
  if (id !== undefined) return key(id, pending);
  const name = pending.request.idempotencyHeader;
  throw new TypeError(`\`send\` needs the \`id\` of the call for the header ${name}: the one that \`start\` was given`);
}

/**
 * What whoever signs a request is told of its body.
 * @param {Uint8Array | AsyncIterable<Uint8Array> | undefined} body
 */
function signable(body) {
  return body === undefined || body instanceof Uint8Array ? { body, streamed: false } : { streamed: true };
}

/** @param {unknown} error */
function unreadable(error) {
  if (error instanceof Unreadable) return error;
  throw error;
}

/**
 * The body, and its size in bytes.
 * @param {Request} request
 * @param {Headers} headers
 * @param {Wire} wire
 */
async function content({ body, method }, headers, { blobs, platform }) {
  if (body.tag === "empty") return { body: undefined, size: 0 };
  if (reads(method)) throw new Refusal("request-body", `fetch sends no body with ${method.tag}`);
  if (body.tag === "bytes") {
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (body.val);
    return { body: bytes, size: bytes.byteLength };
  }
  const { type, pieces } = body.tag === "multipart" ? form(body.val) : { pieces: body.val };
  if (type) headers.set("content-type", type);
  const { size, stream } = await assemble(pieces, blobs);
  headers.set("content-length", String(size));
  return { body: platform.streams ? stream : await whole(stream), size };
}

/**
 * Where an answer leads to, if that is a declared origin.
 * @param {Reply} reply
 * @param {URL} url
 * @param {Descriptor} descriptor
 */
function redirect(reply, url, descriptor) {
  if (reply.tag !== "response" || ![301, 302, 303, 307, 308].includes(reply.val.status)) return;
  const location = reply.val.headers.find(({ name }) => name === "location")?.value;
  if (location === undefined || !URL.canParse(location, url)) return;
  const target = new URL(location, url);
  // What follows a `#` is for whoever shows a page.
  target.hash = "";
  try {
    return checkUrl(target.href, descriptor);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}
