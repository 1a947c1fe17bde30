/** What a component is told about a call, and how the service knows a request again. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

import { connect } from "../src/index.mjs";
import { API, answer, connected, cut, probe, serve } from "./support/probe.mjs";

/** A probe whose call gives its context. */
function telling() {
  const told = [];
  const tell = (...args) => {
    told.push(args.at(-1));
    return { tag: "done", val: { output: "null" } };
  };
  const component = probe({ start: tell, choices: tell });
  component.triggers.start = tell;
  component.connection.test = tell;
  component.connection.choices = tell;
  return { component, told };
}

test("each call has a name of its own, a time, the language and what is wanted", async () => {
  const { component, told } = telling();
  const connector = connect(component, { locale: "de-CH" });
  const before = new Date().toISOString();
  await connector.run("send");
  await connector.poll("thing.new", {});
  await connector.test();
  await connector.choices("send", "url").next();
  await connector.settingChoices("place").next();
  for (const { call, now, locale, wanted, extensions } of told) {
    assert.match(call, /^[0-9a-f]{32}$/);
    assert.ok(before <= now && now <= new Date().toISOString());
    assert.deepEqual([locale, wanted, extensions], ["de-CH", undefined, []]);
  }
  assert.equal(new Set(told.map(({ call }) => call)).size, 5);
  const given = { id: "mine", now: "2026-01-31T12:00:00Z", limit: 3 };
  const same = { call: "mine", now: "2026-01-31T12:00:00Z", locale: "de-CH", wanted: 3n, extensions: [] };
  await connector.run("send", {}, given);
  connector.start.poll("thing.new", {}, null, given);
  assert.deepEqual(told.slice(5), [same, same]);
  for (const wrong of [{ id: "" }, { id: "a b" }, { id: "x".repeat(65) }, { limit: -1 }, { limit: 1.5 }]) {
    await assert.rejects(connector.run("send", {}, wrong), TypeError);
  }
});

test("a list ends when there are as many items as are wanted", async () => {
  const page = (number) => ({
    tag: "emit", val: { items: JSON.stringify([number, number + 1]), count: 2, checkpoint: Buffer.from(String(number + 2)) },
  });
  let pages = 0;
  const component = probe({ start: () => page(1), choices: () => page(1) });
  const [send] = component.actions.listActions();
  component.actions.listActions = () => [{ ...send, shape: "items" }];
  component.steps.resume = (checkpoint) => {
    pages += 1;
    return page(Number(Buffer.from(checkpoint)));
  };
  const connector = connect(component);
  const all = async (items) => { const all = []; for await (const item of items) all.push(item); return all; };
  assert.deepEqual(await connector.run("send", {}, { limit: 3 }), [1, 2, 3]);
  assert.deepEqual(await all(connector.list("send", {}, { limit: 4 })), [1, 2, 3, 4]);
  assert.deepEqual(await all(connector.choices("send", "url", {}, undefined, { limit: 1 })), [1]);
  assert.equal(pages, 2, "and asks for no further page");
  assert.deepEqual(await connector.run("send", {}, { limit: 0 }), []);
});

const NAMED = { method: "post", effect: "idempotent", idempotencyHeader: "Idempotency-Key" };

/** The same by hand, of a call with the name `a` and the probe's checkpoint `sent`. */
function expected(url, method = "POST") {
  const part = (text) => Buffer.concat([Buffer.from([text.length, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(text)]);
  const all = Buffer.concat([part("a"), part("sent"), part(method), Buffer.from(url)]);
  return createHash("sha256").update(all).digest("hex").slice(0, 32);
}

test("a repeat has the same key, and nothing else has", async () => {
  const { base, seen } = await serve(cut, answer(503), answer(200));
  const connector = connected(base);
  await connector.run("send", NAMED, { id: "a" });
  await connector.run("send", NAMED, { id: "a" });
  await connector.run("send", NAMED);
  await connector.run("send", { ...NAMED, url: `${API}/other` }, { id: "a" });
  await connector.run("send", { ...NAMED, method: "PROPFIND" }, { id: "a" });
  const keys = seen.map(({ headers }) => headers["idempotency-key"]);
  const [first] = keys;
  assert.equal(first, expected(`${API}/`));
  assert.deepEqual(keys.slice(0, 4), Array(4).fill(first));
  assert.notEqual(keys[4], first);
  assert.deepEqual(keys.slice(5), [expected(`${API}/other`), expected(`${API}/`, "PROPFIND")]);
  assert.equal(seen.at(-1).method, "PROPFIND");
});

test("whoever runs the loop says which call it is", async () => {
  const { base, seen } = await serve(answer(200));
  const connector = connected(base);
  const { val } = connector.start.action("send", NAMED, { id: "a" });
  await assert.rejects(connector.send(val), TypeError);
  await connector.send(val, { id: "a" });
  assert.deepEqual(seen.map(({ headers }) => headers["idempotency-key"]), [expected(`${API}/`)]);
});

test("a key takes no place of another header", async () => {
  const { base, seen } = await serve(answer(200));
  for (const more of [
    { idempotencyHeader: "authorization" }, { idempotencyHeader: "x-api-key" }, { idempotencyHeader: "a b" },
    { headers: [{ name: "idempotency-key", value: "mine" }] },
  ]) {
    await assert.rejects(connected(base).run("send", { ...NAMED, ...more }), { rule: "request-header" });
  }
  assert.equal(seen.length, 0);
});

test("the next page is of the same call", async () => {
  const { base, seen } = await serve(answer(200));
  const page = (request) => ({ tag: "emit", val: { items: "[1]", count: 1, checkpoint: Buffer.from(JSON.stringify(request)) } });
  const plain = probe().actions.start("send", JSON.stringify(NAMED));
  const component = probe({ start: (id, input) => page(JSON.parse(input)) });
  const { resume } = component.steps;
  component.steps.resume = (checkpoint, reply) =>
    reply.tag === "proceed" ? { tag: "send", val: { ...plain.val, checkpoint: Buffer.from("sent") } } : resume(checkpoint, reply);
  const { next } = await connected(base, {}, component).page("send", NAMED, undefined, { id: "a" });
  await connected(base, {}, component).page("send", NAMED, Uint8Array.from(next)).catch(() => {});
  assert.equal(seen.at(-1).headers["idempotency-key"], expected(`${API}/`));
  for (const wrong of [new Uint8Array(), Buffer.from("damaged"), Uint8Array.from([200, 1])]) {
    await assert.rejects(connected(base, {}, component).page("send", NAMED, wrong), { kind: "invalid-input", code: "damaged" });
  }
});

test("a kind of failure that only the code tells is final", async () => {
  const { base, seen } = await serve(answer(200));
  const component = probe();
  component.steps.resume = () => { throw Object.assign(new Error(), { payload: { kind: "other", code: "odd", message: "odd", fields: [] } }); };
  await assert.rejects(connected(base, {}, component).run("send"), { kind: "other", code: "odd" });
  assert.equal(seen.length, 1);
});
