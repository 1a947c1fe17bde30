/** The contract's values as cases write them. `docs/cases.md` tells the format. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { word } from "../../src/method.mjs";

/** All cases below a folder: in files of their own, and in tables of refusals. */
export function casesBelow(folder) {
  const read = (...path) => JSON.parse(readFileSync(join(folder, ...path), "utf8"));
  const cases = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return entry.name.endsWith(".json") ? rows(read(entry.name)) : [];
    return readdirSync(join(folder, entry.name)).map((file) => {
      const { call, exchanges = [], ...end } = read(entry.name, file);
      return { name: `${entry.name}/${file.replace(/\.json$/, "")}`, call, exchanges, end };
    });
  });
  assert.ok(cases.length > 0, `there are no cases in ${folder}`);
  return cases.map((one) => ({ ...one, subject: one.name.split("/")[0] }));
}

/** The cases of a table: refusals of one answer, or of none, by the errors that they are. */
function rows({ response, refusals }) {
  return refusals.flatMap(({ error, cases }) => cases.map(({ case: name, call, request }) => {
    return { name, call, exchanges: response ? [{ request, response }] : [], end: { error } };
  }));
}

/** The `request` of an exchange. */
export function requestFile({ method, url, headers, body, credential, effect, costs, idempotencyHeader, save }) {
  return defined({
    method: word(method),
    url,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    body: bodyFile(body),
    credential,
    effect,
    ...costsFile(costs),
    idempotency_header: idempotencyHeader,
    save: save || undefined,
  });
}

/** A single call of one rate limit is its name. */
function costsFile(costs) {
  if (costs.length === 1 && costs[0].amount === 1) return { quota: costs[0].quota };
  return { costs: costs.length === 0 ? undefined : costs };
}

function bodyFile({ tag, val }) {
  if (tag === "empty") return undefined;
  if (tag === "multipart") return { parts: val.map(partFile) };
  if (tag === "pieces") return { pieces: val.map(contentFile) };
  const text = new TextDecoder().decode(val);
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

function partFile({ name, filename, contentType, content }) {
  return defined({ name, filename, content_type: contentType, ...contentFile(content) });
}

function contentFile({ tag, val }) {
  if (tag === "slice") return { slice: { ...val, offset: Number(val.offset), length: Number(val.length) } };
  return { [tag.replace("-", "_")]: val };
}

/** What the `response` of an exchange stands for. */
export function replyOf({ undelivered, status, ...written }) {
  if (undelivered !== undefined) return { tag: "undelivered", val: undelivered };
  return { tag: "response", val: { status, ...messageOf(written) } };
}

/** What the service sent to an address. */
export function deliveryOf({ method = "POST", url = "https://host.example/hook", ...written }) {
  const tag = method.toLowerCase();
  const known = ["get", "head", "post", "put", "patch", "delete"].includes(tag);
  return { method: known ? { tag } : { tag: "other", val: method }, url, ...messageOf(written) };
}

/** What is answered to a delivery, as a case writes it. */
export function answerFile({ status, headers, body, last, subscription }) {
  const listed = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  return defined({ status, headers: listed, body: new TextDecoder().decode(body), last, subscription });
}

/** Headers and body of what the service says, in an answer or by itself. */
export function messageOf({ headers = {}, body, ...written }) {
  const bytes = body === undefined ? content(written) : Buffer.from(JSON.stringify(body));
  const listed = Object.entries(headers).map(([name, value]) => ({ name, value }));
  return { headers: listed, body: bytes };
}

/** Bytes that are written as `text` or `base64`. */
export function content({ text, base64, bytes = [] }) {
  if (text !== undefined) return Buffer.from(text);
  return base64 === undefined ? Buffer.from(bytes) : Buffer.from(base64, "base64");
}

/** How a case ends that ends well, without the items. */
export function outcomeFile({ output, cursor }) {
  return defined({ output: JSON.parse(output), cursor });
}

/** How a case ends that fails, without the items. */
export function errorFile(error) {
  const { kind, code, reason: message, advice, fields, status, requestId, retryAfterMs, details } = error;
  return {
    error: defined({
      kind,
      code,
      message,
      advice,
      fields,
      status,
      request_id: requestId,
      retry_after_ms: retryAfterMs,
      details,
    }),
  };
}

function defined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
