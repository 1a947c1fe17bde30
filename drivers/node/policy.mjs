/** What a component may ask for. Each refusal names its rule. */

import { Refusal } from "./errors.mjs";

/** @import { Descriptor, Request, Step } from "./contract.d.ts" */
/** @import { Policy } from "./types.d.ts" */

/** @type {Policy} */
export const defaults = {
  timeoutMs: 60_000,
  responseBytes: 16 * 1024 * 1024,
  checkpointBytes: 64 * 1024,
  steps: 10_000,
  attempts: 4,
  backoffMs: 500,
  maxWaitMs: 60_000,
};

/** Headers that carry credentials or belong to the connection. */
const FORBIDDEN = new Set([
  "accept-encoding", "authorization", "connection", "content-length", "cookie", "cookie2", "expect",
  "forwarded", "host", "keep-alive", "proxy-authorization", "proxy-connection", "te", "trailer",
  "transfer-encoding", "upgrade", "via",
]);

/**
 * The URL of a request that may be sent.
 * @param {Request} request
 * @param {Descriptor} descriptor
 * @param {boolean} routed whether a route leads elsewhere than to the origin itself
 */
export function checkRequest(request, descriptor, routed) {
  const url = parse(request.url);
  if (!descriptor.origins.some((pattern) => covers(pattern, url))) {
    throw new Refusal("origin", `${url.origin} is not an origin that the connector declares`);
  }
  if (url.protocol !== "https:" && !routed) {
    throw new Refusal("scheme", `${url.origin} is not https`);
  }
  if (request.body.tag !== "empty" && ["get", "head"].includes(request.method)) {
    throw new Refusal("method", `a ${request.method} request carries no body`);
  }
  for (const { name, value } of request.headers) checkHeader(name, value, request, descriptor);
  return url;
}

/** @param {string} text */
function parse(text) {
  if (!URL.canParse(text)) throw new Refusal("url", "the URL of a request is not absolute");
  const url = new URL(text);
  if (url.username || url.password || url.hash) {
    throw new Refusal("url", "the URL of a request holds a user, a password or a fragment");
  }
  return url;
}

/**
 * @param {string} name
 * @param {string} value
 * @param {Request} request
 * @param {Descriptor} descriptor
 */
function checkHeader(name, value, request, descriptor) {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
    throw new Refusal("header", `the header ${JSON.stringify(name)} is not well formed`);
  }
  const placed = descriptor.credentials.some(
    ({ placement }) => placement.tag === "header" && placement.val.toLowerCase() === name,
  );
  const chosen = name === "content-type" && request.body.tag === "multipart";
  if (FORBIDDEN.has(name) || placed || chosen) {
    throw new Refusal("header", `the header ${name} is the host's to set`);
  }
}

/**
 * Whether an origin of the descriptor covers a URL. `*.` stands for one or more labels.
 * @param {string} pattern
 * @param {URL} url
 */
export function covers(pattern, url) {
  const [scheme, host = ""] = pattern.split("://");
  if (!host.startsWith("*.")) return pattern === url.origin;
  const end = host.slice(1);
  return (
    url.protocol === `${scheme}:` &&
    url.host.endsWith(end) &&
    /^([a-z0-9_-]+\.)*[a-z0-9_-]+$/.test(url.host.slice(0, -end.length))
  );
}

/**
 * The descriptor's credential of a request, if its URL is one that may see it.
 * @param {string} id
 * @param {URL} url
 * @param {Descriptor} descriptor
 * @param {string | undefined} environment
 */
export function checkCredential(id, url, descriptor, environment) {
  const credential = descriptor.credentials.find((credential) => credential.id === id);
  if (!credential) throw new Refusal("credential", `there is no credential ${JSON.stringify(id)}`);
  const bound = credential.origins.some(
    (bound) => bound.origin === url.origin && (bound.environment ?? environment) === environment,
  );
  if (!bound) {
    throw new Refusal("credential-origin", `the credential ${id} may not go to ${url.origin}`);
  }
  return credential;
}

/**
 * @param {Step} step
 * @param {Policy} policy
 */
export function checkStep(step, policy) {
  if (step.tag !== "done" && step.val.checkpoint.byteLength > policy.checkpointBytes) {
    throw new Refusal("checkpoint-size", `a checkpoint is larger than ${policy.checkpointBytes} bytes`);
  }
  return step;
}
