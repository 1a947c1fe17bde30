/** Carries out one request of a connector: checks, credential, body, redirects. */

import { assemble } from "./body.mjs";
import { Unreadable } from "./blobs.mjs";
import { Refusal } from "./errors.mjs";
import { exchange } from "./http.mjs";
import { form } from "./multipart.mjs";
import { checkCredential, checkHeaders, checkUrl } from "./policy.mjs";
import { lead } from "./routes.mjs";

/** @import { Credential, Descriptor, Effect, Reply, Request } from "./contract.d.ts" */
/** @import { Authority } from "./authority.mjs" */
/** @import { CallBlobs } from "./blobs.mjs" */
/** @import { About } from "./declared.mjs" */
/** @import { Policy } from "./types.d.ts" */
/** @import { Vault } from "./vault.mjs" */

/**
 * @typedef {object} Wire what a request needs to know about its connection
 * @property {Descriptor} descriptor
 * @property {string | undefined} environment
 * @property {Policy} policy
 * @property {[string, URL][]} routes
 * @property {typeof fetch} http
 * @property {CallBlobs} blobs
 * @property {Vault} vault
 * @property {Authority} authority
 * @property {About} call that the request belongs to
 */

/**
 * @typedef {object} Sent
 * @property {Reply} reply
 * @property {boolean} left whether the request may have reached the service
 * @property {boolean} [lacking] a file for it cannot be read: to send it again is in vain
 * @property {string | undefined} secret the credential's value that travelled with it
 * @property {Effect} effect what sending it twice does
 */

/**
 * Sends a request once. A redirect is followed only without a credential, only for what has no
 * body, and only to declared origins; any other one is an answer.
 * @param {Request} request
 * @param {Wire} wire
 * @param {AbortSignal} [signal]
 * @returns {Promise<Sent>}
 */
export async function send(request, wire, signal) {
  const { descriptor, policy, routes, http, blobs } = wire;
  let url = checkUrl(request.url, descriptor);
  const credential = request.credential === undefined ? undefined
    : checkCredential(request.credential, url, descriptor, wire.environment);
  const effect = await wire.authority.admit(request, url, wire.call);
  const headers = checkHeaders(request, descriptor);
  const secret = credential && (await attach(credential, headers, wire.vault));
  const fetches = request.method === "get" || request.method === "head";
  for (let redirects = 0; redirects <= policy.redirects; redirects++) {
    const made = await content(request, headers, blobs).catch(unreadable);
    if (made instanceof Unreadable) {
      const why = wire.vault.mask.text(made.message);
      const reply = /** @type {const} */ ({ tag: "undelivered", val: why });
      return { reply, left: false, lacking: true, secret, effect };
    }
    const { reply, left } = await exchange(http, lead(routes, url), {
      method: request.method.toUpperCase(),
      headers,
      body: made.body,
      mask: wire.vault.mask,
      timeoutMs: policy.timeoutMs + (made.size / policy.transferRate) * 1000,
      policy,
      save: request.save ? (body) => blobs.save(body) : undefined,
    }, signal);
    const target = request.credential === undefined && fetches ? redirect(reply, url) : undefined;
    if (!target) return { reply, left, secret, effect };
    url = checkUrl(target, descriptor);
  }
  throw new Refusal("redirects", `more than ${policy.redirects} redirects in a row`);
}

/**
 * The only place where a credential becomes a header. Returns its value.
 * @param {Credential} credential
 * @param {Headers} headers
 * @param {Vault} vault
 */
async function attach({ id, placement }, headers, vault) {
  const secret = await vault.get(id);
  if (placement.tag === "bearer") headers.set("authorization", `Bearer ${secret}`);
  else headers.set(placement.val, secret);
  return secret;
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
 * @param {CallBlobs} blobs
 */
async function content({ body, method }, headers, blobs) {
  if (body.tag === "empty") return { body: undefined, size: 0 };
  if (method === "get" || method === "head") {
    throw new Refusal("request-body", `fetch sends no body with ${method}`);
  }
  if (body.tag === "bytes") {
    const bytes = /** @type {Uint8Array<ArrayBuffer>} */ (body.val);
    return { body: bytes, size: bytes.byteLength };
  }
  const { type, pieces } = body.tag === "multipart" ? form(body.val) : { pieces: body.val };
  if (type) headers.set("content-type", type);
  const { size, stream } = await assemble(pieces, blobs);
  headers.set("content-length", String(size));
  return { body: stream, size };
}

/**
 * @param {Reply} reply
 * @param {URL} url
 */
function redirect(reply, url) {
  if (reply.tag !== "response" || ![301, 302, 303, 307, 308].includes(reply.val.status)) return;
  const location = reply.val.headers.find(({ name }) => name === "location")?.value;
  if (location !== undefined && URL.canParse(location, url)) return new URL(location, url).href;
}
