/** What a component may ask for. Each refusal names its rule. */

import { Refusal } from "./errors.mjs";
import { bytes } from "./size.mjs";

/** @import { Credential, Descriptor, Request, Step } from "./contract.d.ts" */
/** @import { Policy } from "./types.d.ts" */

/** @type {Policy} */
export const defaults = {
  timeoutMs: 60_000,
  transferRate: 64 * 1024,
  responseBytes: 32 * 1024 * 1024,
  saveBytes: 4 * 1024 * 1024 * 1024,
  checkpointBytes: 1024 * 1024,
  steps: 100_000,
  blobs: 10_000,
  pieces: 10_000,
  pauseMs: 86_400_000,
  callMs: 48 * 3600 * 1000,
  redirects: 10,
  tries: 4,
  backoffMs: 500,
  maxWaitMs: 90_000,
};

/** What a component may take out of a blob at once. */
const LOOK_BYTES = 1024 * 1024;

/** Bytes of a URL. */
const URL_BYTES = 64 * 1024;

/** Headers that carry credentials or belong to the connection. */
const HOST_HEADERS = new Set([
  "accept-encoding", "authorization", "connection", "content-length", "cookie", "expect", "host",
  "keep-alive", "te", "trailer", "transfer-encoding", "upgrade",
]);

/**
 * A URL that a request may go to.
 * @param {string} text
 * @param {Descriptor} descriptor
 */
export function checkUrl(text, descriptor) {
  if (text.length > URL_BYTES) throw new Refusal("url", `the URL of a request is longer than ${URL_BYTES} bytes`);
  if (!URL.canParse(text)) throw new Refusal("url", "the URL of a request is not absolute");
  const url = new URL(text);
  if (url.username || url.password || url.hash) {
    throw new Refusal("url", "the URL of a request holds a user, a password or a fragment");
  }
  if (url.protocol !== "https:") throw new Refusal("https", `a request to ${url.origin}`);
  if (!descriptor.origins.some((origin) => covers(origin, url))) {
    const message = `a request to ${url.origin}, which the connector does not declare`;
    throw new Refusal("declared-origin", message);
  }
  return url;
}

/**
 * Whether an origin as a descriptor writes it covers a URL. `*.` stands for one or more labels.
 * @param {string} origin
 * @param {URL} url
 */
export function covers(origin, url) {
  const [scheme, host = ""] = origin.split("://");
  if (!host.startsWith("*.")) return origin === url.origin;
  const end = host.slice(1);
  return (
    url.protocol === `${scheme}:` &&
    url.host.endsWith(end) &&
    /^([a-z0-9_-]+\.)*[a-z0-9_-]+$/.test(url.host.slice(0, -end.length))
  );
}

/**
 * The headers that the component sets.
 * @param {Request} request
 * @param {Descriptor} descriptor
 */
export function checkHeaders(request, descriptor) {
  const headers = new Headers();
  for (const { name, value } of request.headers) {
    const quoted = JSON.stringify(name);
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw new Refusal("request-header", `the header ${quoted} is not well formed`);
    }
    const lower = name.toLowerCase();
    const chosen = lower === "content-type" && request.body.tag === "multipart";
    if (isHosts(lower, descriptor) || chosen) {
      throw new Refusal("request-header", `only the host sets the header ${quoted}`);
    }
    headers.append(name, value);
  }
  return headers;
}

/**
 * Adds the header by which the service knows a request that it had before.
 * @param {string} name
 * @param {string} value
 * @param {Headers} headers
 * @param {Descriptor} descriptor
 */
export function nameRequest(name, value, headers, descriptor) {
  const lower = name.toLowerCase();
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name) || isHosts(lower, descriptor) || headers.has(name)) {
    const message = `the header ${JSON.stringify(name)} cannot name the request: it has another value, or is none`;
    throw new Refusal("request-header", message);
  }
  headers.set(name, value);
}

/**
 * Whether only the host sets a header.
 * @param {string} lower its name
 * @param {Descriptor} descriptor
 */
function isHosts(lower, { credentials }) {
  const placed = () => credentials.some(({ placement }) =>
    placement.tag === "header" && placement.val.name.toLowerCase() === lower);
  return HOST_HEADERS.has(lower) || lower.startsWith("proxy-") || placed();
}

/**
 * The descriptor's credentials that a request may mean: the one with this id, or those of this group.
 * @param {string} name
 * @param {Descriptor} descriptor
 */
export function declaredAs(name, { credentials }) {
  const one = credentials.find(({ id }) => id === name);
  const all = one ? [one] : credentials.filter(({ group }) => group === name);
  if (all.length > 0) return all;
  const message = `a request names the credential ${JSON.stringify(name)}, which is not declared`;
  throw new Refusal("declared-credential", message);
}

/**
 * Throws when a credential may not go to a URL.
 * @param {Credential} credential
 * @param {URL} url
 * @param {string | undefined} environment
 */
export function checkBound({ id, origins }, url, environment) {
  const bound = origins.some(
    (bound) => bound.origin === url.origin && (bound.environment ?? environment) === environment,
  );
  if (bound) return;
  const place = environment === undefined ? "" : ` in the environment ${environment}`;
  throw new Refusal("credential-origin", `the credential ${id} is not for ${url.origin}${place}`);
}

/**
 * The sizes in a step.
 * @param {Step} step
 * @param {Policy} policy
 */
export function checkStep(step, policy) {
  if (step.tag === "send") checkPieces(step.val.request.body, policy);
  if (step.tag === "emit") checkText(step.val.items, policy);
  if (step.tag === "done") checkText(step.val.output, policy);
  if (step.tag !== "done" && step.val.checkpoint.byteLength > policy.checkpointBytes) {
    const message = `a checkpoint is larger than ${policy.checkpointBytes} bytes`;
    throw new Refusal("checkpoint-size", message);
  }
  if (step.tag === "pause" && step.val.ms > policy.pauseMs) {
    throw new Refusal("pause", `a pause of ${step.val.ms} ms; the limit is ${policy.pauseMs} ms`);
  }
  if (step.tag === "read") {
    const { offset, length } = step.val;
    bytes(offset, "an offset in a blob");
    if (length > LOOK_BYTES) {
      throw new Refusal("blob", `a look at ${length} bytes; the limit is ${LOOK_BYTES} bytes`);
    }
  }
  return step;
}

/**
 * @param {Request["body"]} body
 * @param {Policy} policy
 */
function checkPieces(body, policy) {
  const count = body.tag === "multipart" || body.tag === "pieces" ? body.val.length : 0;
  if (count > policy.pieces) {
    throw new Refusal("pieces", `a body of ${count} pieces; the limit is ${policy.pieces}`);
  }
}

/**
 * What one answer makes is about as large as the answer.
 * @param {string} json
 * @param {Policy} policy
 */
function checkText(json, policy) {
  if (json.length > policy.responseBytes) {
    const message = `what the connector gives is larger than ${policy.responseBytes} bytes`;
    throw new Refusal("response-size", message);
  }
}
