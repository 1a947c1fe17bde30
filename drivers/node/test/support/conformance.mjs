/**
 * Plays conformance cases: a call, the requests that the component must build for it, the answers it
 * gets, and what must come of them. The same files are played natively and in wasmtime.
 */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { drive } from "../../src/driver.mjs";
import { ConnectorError, connect } from "../../src/index.mjs";
import { caseBlobs } from "./case-blobs.mjs";
import { answerFile, casesBelow, deliveryOf, errorFile, outcomeFile, replyOf, requestFile } from "./case-files.mjs";

/** What the host in Rust wrote down when it played the cases of the first component, if it did. */
const wasmtime = new URL("../../../../target/tmp/checkpoints.json", import.meta.url);
const elsewhere = existsSync(wasmtime) ? JSON.parse(readFileSync(wasmtime, "utf8")) : {};

/** What can be done with a webhook; each has cases of its own. */
const VERBS = ["subscribe", "renew", "unsubscribe", "acknowledge", "accounts", "receive"];

/** Those of them that every webhook needs cases of: what the others do may be the same for all. */
const NEEDED = ["subscribe", "unsubscribe", "receive"];

/** When a case begins, if it does not say. */
const NOW = "2026-01-31T12:00:00Z";

/**
 * One test for each case in `folder`, and one that no action, trigger or webhook lacks its cases.
 * @param {string} name
 * @param {import("../../src/contract.d.ts").Component} component
 * @param {string} folder
 */
export function conformance(name, component, folder) {
  const cases = casesBelow(folder);
  for (const one of cases) {
    test(`${name}: ${one.name}`, () => play(component, one, elsewhere[one.name] ?? []));
  }
  test(`${name}: each action, trigger and webhook has cases of success and of failure`, () => {
    const connector = connect(component);
    const has = new Set(cases.map(({ subject, end }) => `${subject}: ${"error" in end ? "failure" : "success"}`));
    const wanted = [
      ...[...connector.actions(), ...connector.triggers()].map(({ id }) => id),
      ...connector.webhooks().flatMap(({ trigger }) => NEEDED.map((verb) => `${verb}.${trigger.id}`)),
    ];
    const all = wanted.flatMap((subject) => [`${subject}: success`, `${subject}: failure`]);
    assert.deepEqual(all.filter((one) => !has.has(one)), []);
  });
}

async function play(component, { subject, call, exchanges, end: expected }, elsewhere) {
  assert.equal(subjectOf(call), subject, "the call belongs into another folder");

  const blobs = caseBlobs(call.blobs);
  const connector = connect(component, { settings: call.settings });
  let sent = 0;
  let steps = 0;
  const answer = async ({ request, checkpoint }) => {
    assert.ok(sent < exchanges.length, `no request is expected after ${sent}: ${request.url}`);
    assert.deepEqual(requestFile(request), exchanges[sent].request);
    const reply = replyOf(exchanges[sent++].response);
    const kept = request.save && reply.tag === "response" && Math.floor(reply.val.status / 100) === 2;
    return resume(checkpoint, kept ? blobs.save(reply.val) : reply);
  };
  const resume = (checkpoint, reply) =>
    resumeEach(connector, [checkpoint, Uint8Array.from(checkpoint)], reply, elsewhere[steps++]);
  const look = async (range) => blobs.look(range);
  const host = { answer, resume, look, sleep: async () => {}, policy: { steps: 10_000, callMs: Infinity } };

  const items = [];
  const end = await finish(() => atOnce(connector, call) ?? drive(begin(connector, call), host), items);
  // A page without items may be written as nothing emitted.
  assert.deepEqual({ items, ...end }, { items: [], ...expected });
  assert.equal(sent, exchanges.length, "all requests are sent");
}

/** Runs to the end, whatever it is, and keeps the items. */
async function finish(begin, items) {
  try {
    const pages = begin();
    if ("output" in pages) return pages;
    for (;;) {
      const { value, done } = await pages.next();
      if (done) return outcomeFile(value);
      items.push(...value.items);
    }
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return errorFile(error);
  }
}

/**
 * All that counts is in the checkpoint: the same bytes in another array, and those that another host
 * got at this step, give the same step.
 */
function resumeEach(connector, [checkpoint, ...copies], reply, elsewhere) {
  const resumed = (bytes) => {
    try {
      return connector.resume(bytes, reply);
    } catch (error) {
      return error;
    }
  };
  const step = resumed(checkpoint);
  if (elsewhere !== undefined) copies.push(new TextEncoder().encode(elsewhere));
  for (const copy of copies) assert.deepEqual(resumed(copy), step);
  if (step instanceof Error) throw step;
  return step;
}

function begin({ start }, call) {
  const context = { id: "case", now: call.now ?? NOW, limit: call.wanted };
  switch (call.do) {
    case "action":
      return start.action(call.id, call.input, context);
    case "poll":
      return start.poll(call.id, call.input, call.cursor, context);
    case "choices":
      if (call.of === "connection") return start.settingChoices(call.field, undefined, call.query, context);
      return start.choices(call.id, call.field, call.input, call.query, context);
    case "subscribe":
      return start.subscribe(call.id, call.input, call.address, context);
    case "renew":
      return start.renew(call.id, call.input, call.subscription ?? {}, context);
    case "unsubscribe":
      return start.unsubscribe(call.id, call.input, context);
    case "receive": {
      const delivery = deliveryOf(call.delivery);
      return start.receive(call.id, call.input, call.subscription ?? {}, delivery, call.cursor, context);
    }
    case "test":
      return start.test(call.granted, context);
  }
  throw new Error(`there is no way to do ${call.do}`);
}

/** What is answered at once, without a step. */
function atOnce(connector, { do: verb, id, subscription, delivery }) {
  if (verb === "acknowledge") {
    return { output: answerFile(connector.acknowledge(id, subscription, deliveryOf(delivery))) };
  }
  return verb === "accounts" ? { output: connector.accounts(id, deliveryOf(delivery)) } : undefined;
}

function subjectOf(call) {
  if (call.do === "test") return "connection.test";
  if (call.do === "choices") return `choices.${call.field}`;
  return VERBS.includes(call.do) ? `${call.do}.${call.id}` : call.id;
}
