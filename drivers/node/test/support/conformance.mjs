/**
 * Plays conformance cases: folders of a call, the requests that the component must build for it,
 * the answers it gets, and what must come of them. The same folders run natively and in wasmtime.
 */

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { drive } from "../../driver.mjs";
import { ConnectorError, connect } from "../../index.mjs";

/**
 * One test for each case in `folder`, and one that no action and no trigger lacks its cases.
 * @param {string} name
 * @param {import("../../contract.d.ts").Component} component
 * @param {string} folder
 */
export function conformance(name, component, folder) {
  const cases = subfolders(folder).flatMap((subject) =>
    subfolders(join(folder, subject)).map((title) => ({
      subject,
      path: join(folder, subject, title),
    })),
  );

  for (const { subject, path } of cases) {
    test(`${name}: ${path.slice(folder.length + 1)}`, () => play(component, subject, path));
  }

  test(`${name}: each action and trigger has a case of success and one of failure`, () => {
    const connector = connect(component);
    const lacking = [...connector.actions(), ...connector.triggers()].flatMap(({ id }) =>
      ["output.json", "error.json"]
        .filter(
          (file) =>
            !cases.some(({ subject, path }) => subject === id && existsSync(join(path, file))),
        )
        .map((file) => `${id}: ${file}`),
    );
    assert.deepEqual(lacking, []);
  });
}

async function play(component, subject, path) {
  const read = (file) => JSON.parse(readFileSync(join(path, file), "utf8"));
  const call = read("call.json");
  const [requests, responses] = [read("requests.json"), read("responses.json")];
  assert.equal(requests.length, responses.length, "one response for each request");
  assert.equal(subjectOf(call), subject, "the call belongs into another folder");

  const connector = connect(component, { settings: call.settings });
  const resume = (checkpoint, reply) => {
    const again = outcomeOf(() => connector.resume(Uint8Array.from(checkpoint), reply));
    const step = outcomeOf(() => connector.resume(checkpoint, reply));
    assert.deepEqual(again, step, "the same arguments give the same answer");
    if (step instanceof ConnectorError) throw step;
    return step;
  };
  let sent = 0;
  const exchange = async ({ request, checkpoint }) => {
    assert.ok(sent < requests.length, `no request is expected after ${sent}: ${request.url}`);
    assert.deepEqual(plain(request), requests[sent]);
    return resume(checkpoint, reply(responses[sent++]));
  };

  const came = {};
  const items = [];
  try {
    const pages = drive(begin(connector, call), {
      exchange,
      resume,
      sleep: async () => {},
      steps: 10_000,
    });
    for (;;) {
      const { value, done } = await pages.next();
      if (done) {
        Object.assign(
          came,
          { output: JSON.parse(value.output) },
          value.cursor && { cursor: value.cursor },
        );
        break;
      }
      items.push(...value);
    }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    Object.assign(came, snake(error));
  }
  const file = "kind" in came ? "error.json" : "output.json";
  assert.ok(
    existsSync(join(path, file)),
    `${file} expected: ${JSON.stringify({ items, ...came })}`,
  );
  assert.deepEqual({ items, ...came }, { items: [], ...read(file) });
  assert.equal(sent, requests.length, "all requests are sent");
  assert.ok(!existsSync(join(path, file === "error.json" ? "output.json" : "error.json")));
}

function begin({ start }, call) {
  switch (call.do) {
    case "action":
      return start.action(call.id, call.input);
    case "poll":
      return start.poll(call.id, call.input, call.cursor, call.now);
    case "choices":
      return start.choices(call.id, call.field, call.input, call.query);
    case "test":
      return start.test(call.granted);
  }
  throw new Error(`call.json: do is ${call.do}`);
}

function subjectOf(call) {
  if (call.do === "test") return "connection.test";
  return call.do === "choices" ? `choices.${call.field}` : call.id;
}

/** A request as `requests.json` writes it. */
function plain({ method, url, headers, body, credential, effect, quota }) {
  const named = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
  return defined({
    method: method.toUpperCase(),
    url,
    headers: named,
    body: content(body),
    credential,
    effect,
    quota,
  });
}

function content(body) {
  if (body.tag === "empty") return undefined;
  if (body.tag === "multipart") {
    return {
      multipart: body.val.map(({ name, filename, contentType, content }) =>
        defined({ name, filename, content_type: contentType, [content.tag]: content.val }),
      ),
    };
  }
  const text = new TextDecoder().decode(body.val);
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}

function reply({ undelivered, status, headers = {}, body, text, base64 }) {
  if (undelivered !== undefined) return { tag: "undelivered", val: undelivered };
  const listed = Object.entries(headers).map(([name, value]) => ({ name, value }));
  const bytes =
    base64 === undefined
      ? Buffer.from(text ?? JSON.stringify(body) ?? "")
      : Buffer.from(base64, "base64");
  return { tag: "response", val: { status, headers: listed, body: bytes } };
}

/** An error as `error.json` writes it. */
function snake({ kind, code, message, advice, fields, status, requestId, retryAfterMs, details }) {
  return defined({
    kind,
    code,
    message,
    advice,
    fields,
    status,
    request_id: requestId,
    retry_after_ms: retryAfterMs,
    details,
  });
}

function defined(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function outcomeOf(call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof ConnectorError) return error;
    throw error;
  }
}

function subfolders(path) {
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}
