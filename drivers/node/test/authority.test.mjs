/** What a request does decides whether it may be sent, whatever asked for it. */

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { bookmark } from "../src/context.mjs";
import { ConnectorError, connect, load } from "../src/index.mjs";
import { API, SECRET, answer, cut, serve } from "./support/probe.mjs";

const cases = JSON.parse(readFileSync(new URL("../../../tests/operations/cases.json", import.meta.url), "utf8"));

/**
 * A component that sends whatever request it is given, in every kind of call: an action has it as its
 * input, a trigger and a webhook as their configuration, choices as what is filled in, the connection
 * test as a setting, and a checkpoint holds it.
 */
const HOSTILE = `
  const operation = (id, method, path, scopes, effect, destructive = false) =>
    ({ id, method: { tag: method }, path, scopes, effect, destructive });
  const scope = (id, ...implies) => ({ id, implies });
  const scopes = [scope("all", "most"), scope("most", "read", "claimed")];
  const oauth = { scopes, endpoints: [{ environment: "main", authorizeUrl: "", tokenUrl: "${API}/oauth/token", revokeUrl: "${API}/oauth/revoke" }] };
  const origins = [{ origin: "${API}" }];
  const descriptor = {
    id: "hostile", environments: [{ id: "main" }], origins: ["${API}"], requires: [],
    settings: '{"properties":{"place":{"x-scopes":["places"]}}}',
    credentials: [
      { id: "token", source: { tag: "oauth2", val: oauth }, placement: { tag: "bearer" }, origins },
      { id: "key", source: { tag: "secret", val: "" }, placement: { tag: "header", val: { name: "x-key", prefix: "" } }, origins },
    ],
  };
  const send = (json, then = "done") => {
    const plain = { method: "get", url: "${API}/things/7", headers: [], body: { tag: "empty" }, credential: "token", effect: "read", save: false };
    const request = { ...plain, ...JSON.parse(json) };
    request.credential ??= undefined;
    request.method = { tag: request.method };
    return { tag: "send", val: { request, checkpoint: new TextEncoder().encode(then) } };
  };
  const page = (checkpoint) => ({ tag: "emit", val: { items: "[1]", count: 1, checkpoint: new TextEncoder().encode(checkpoint) } });
  const about = { id: "send", scopes: ["claimed"], effect: "read", destructive: false, shape: "single" };
  const described = { action: about, trigger: about, input: '{"properties":{"thing":{"x-scopes":["choosing"]}}}', config: "{}" };
  const fail = (kind, code, status) => { throw Object.assign(new Error(kind), { payload: { kind, code, message: kind, fields: [], status } }); };
  export const instantiate = () => ({
    connection: {
      describe: () => descriptor,
      test: (settings) => send(JSON.stringify(JSON.parse(settings).request ?? {})),
      choices: (field, settings) => send(settings),
    },
    actions: {
      listActions: () => [about, { ...about, id: "two" }, { ...about, id: "pages" }, { ...about, id: "gone", destructive: true }],
      describe: () => described,
      start: (id, input) => {
        if (id === "two") return send("{}", "then " + input);
        return id === "pages" ? page("then " + input) : send(input);
      },
      choices: (id, field, input) => send(input),
    },
    triggers: { listTriggers: () => [about], describe: () => described, start: (id, config) => send(config), choices: (id, field, config) => send(config) },
    webhooks: {
      listWebhooks: () => [{ trigger: { ...about, id: "told" }, shared: false, signatures: [] }], describe: () => described,
      subscribe: (id, config) => send(config), unsubscribe: (id, subscription) => send(subscription),
      renew: (id, config) => send(config),
      receive: (id, config) => send(config), choices: (id, field, config) => send(config),
    },
    operations: {
      bases: () => [{ url: "${API}" }],
      all: () => [
        operation("things/get", "get", "/things/{id}", ["read"], "read"),
        operation("things/search", "post", "/things/search", ["read"], "read"),
        operation("things/make", "post", "/things", ["write"], "write"),
        operation("things/delete", "delete", "/things/{id}", ["write", "me"], "write", true),
      ],
    },
    steps: {
      resume: (checkpoint, reply) => {
        const text = new TextDecoder().decode(checkpoint);
        if (reply.tag === "undelivered") fail("unavailable", "unavailable");
        if (text.startsWith("then ")) return send(text.slice(5));
        return { tag: "done", val: { output: "{}" } };
      },
    },
  });
`;
const work = await mkdtemp(join(tmpdir(), "authority-"));
after(() => rm(work, { recursive: true }));
await mkdir(join(work, "hostile"));
await writeFile(join(work, "hostile/hostile.js"), HOSTILE);
await writeFile(join(work, "hostile/package.json"), '{"type":"module"}');
const hostile = await load(join(work, "hostile"));

const to = (method, path, more) => ({ method, url: `${API}${path}`, ...more });
const UNLISTED = to("get", "/others");
const DELIVERY = { method: { tag: "post" }, url: "https://hooks.example.net/1", headers: [], body: new Uint8Array() };

/** A server, and connections to it. */
async function served(...answers) {
  const { base, seen } = await serve(...(answers.length > 0 ? answers : [answer(200)]));
  const settings = { credentials: { token: SECRET, key: SECRET }, routes: { [API]: base }, policy: { backoffMs: 1 } };
  return { seen, connected: (options, component = hostile) => connect(component, { ...settings, ...options }) };
}

/** Every way in, with the request that it sends. */
const WAYS = {
  action: (connector, request) => connector.run("send", request),
  "a later step": (connector, request) => connector.run("two", request),
  list: (connector, request) => connector.list("send", request).next(),
  page: (connector, request) => connector.page("send", request),
  trigger: (connector, request) => connector.poll("send", request),
  choices: (connector, request) => connector.choices("send", "thing", request).next(),
  "a webhook's choices": (connector, request) => connector.choices("told", "thing", request).next(),
  "setting choices": (connector, request) => connector.settingChoices("place", request).next(),
  subscribe: (connector, request) => connector.subscribe("told", request, "https://a"),
  renew: (connector, request) => connector.renew("told", request, {}),
  unsubscribe: (connector, request) => connector.unsubscribe("told", request),
  receive: (connector, request) => connector.receive("told", request, {}, DELIVERY),
  "a forged checkpoint": (connector, request) =>
    connector.page("pages", {}, bookmark("a", new TextEncoder().encode(`then ${JSON.stringify(request)}`))),
};

for (const [way, run] of Object.entries(WAYS)) {
  test(`${way}: what is not listed is not sent`, async () => {
    const { seen, connected } = await served();
    const before = way === "a later step" ? 1 : 0;
    await assert.rejects(run(connected(), UNLISTED), { name: "Refusal", rule: "operation" });
    assert.equal(seen.length, before);
    await assert.rejects(run(await connected({ isolate: true }), UNLISTED), { rule: "operation" });
    assert.equal(seen.length, before * 2);
    await run(connected({ allowUnlisted: true }), UNLISTED);
    assert.equal(seen.at(-1).url, "/others");
  });
}

test("the connection test is no exception", async () => {
  const { seen, connected } = await served();
  await assert.rejects(connected({ settings: { request: UNLISTED } }).test(), { rule: "operation" });
  await connected({ settings: { request: to("get", "/things/7") } }).test();
  assert.equal(seen.length, 1);
});

test("a loop of others is under the same rules", async () => {
  const { seen, connected } = await served();
  const connector = connected();
  const step = connector.start.action("send", to("delete", "/things/7", { effect: "read" }));
  assert.equal(step.val.request.effect, "write", "the operation's");
  const other = connector.start.action("send", UNLISTED);
  await assert.rejects(connector.send(other.val), { rule: "operation" });
  const forged = connector.resume(new TextEncoder().encode(`then ${JSON.stringify(UNLISTED)}`), { tag: "proceed" });
  await assert.rejects(connector.send(forged.val), { rule: "operation" });
  assert.equal(seen.length, 0);
  await connector.send(step.val);
});

test("what a service may read as another path is never sent", async () => {
  const { seen, connected } = await served();
  for (const path of ["/Things/7", "/things/..%2fothers", "/others//7", "/thing%73/7", "/things/7/", "/things/%2e%2e;/x"]) {
    for (const allowUnlisted of [false, true]) {
      await assert.rejects(connected({ allowUnlisted }).run("send", to("get", path)), { rule: "operation" }, path);
    }
  }
  assert.equal(seen.length, 0);
});

test("where tokens are given out never gets a credential", async () => {
  const { seen, connected } = await served();
  const connector = connected({ allowUnlisted: true });
  const paths = cases.endpoint.same.map((url) => new URL(url.replace("/v1", "").replace("/V1", "")))
    .map(({ pathname, search }) => pathname + search);
  for (const path of [...paths, "/oauth/revoke", "/oauth/Revoke/"]) {
    await assert.rejects(connector.run("send", to("post", path)), { rule: "operation" }, path);
  }
  assert.equal(seen.length, 0);
  await connector.run("send", to("post", "/oauth/token", { credential: null }));
});

test("what is compared is what is sent", async () => {
  const { seen, connected } = await served();
  const connector = connected();
  for (const path of ["/others/../things/7", "/others/%2e%2e/things/7", "\\things\\7", "/thi\tngs/7", "/things/7?x=/../others"]) {
    await connector.run("send", to("get", path));
    assert.equal(seen.at(-1).url.split("?")[0], "/things/7", path);
  }
  await assert.rejects(connector.run("send", to("get", "/things/7/../../others")), { rule: "operation" });
  const { connected: routed, seen: base } = await served();
  await routed({ credentials: {} }).run("send", to("get", "//evil.example.net/x", { credential: null }));
  assert.equal(base[0].url, "//evil.example.net/x", "a route keeps the path");
});

test("headers that make another request are refused", async () => {
  const { seen, connected } = await served();
  for (const name of ["X-HTTP-Method-Override", "x-method-override", "x-original-url", "X-Rewrite-URL"]) {
    const input = to("get", "/things/7", { headers: [{ name, value: "DELETE" }] });
    await assert.rejects(connected().run("send", input), { rule: "request-header" }, name);
  }
  assert.equal(seen.length, 0);
});

test("limits go by the operation and not by what is claimed", async () => {
  const { seen, connected } = await served();
  const refused = (options, request) => assert.rejects(connected(options).run("send", request), { rule: "permission" });
  const [readOnly, gentle] = [{ readOnly: true }, { noDestructive: true }];
  await refused(readOnly, to("post", "/things", { effect: "read" }));
  await refused(readOnly, to("delete", "/things/7", { effect: "read" }));
  await refused(readOnly, to("post", "/x", { credential: null }));
  await refused({ ...readOnly, allowUnlisted: true }, to("post", "/others"));
  await refused(gentle, to("delete", "/things/7", { effect: "read" }));
  await refused({ ...gentle, allowUnlisted: true }, to("post", "/others"));
  assert.equal(seen.length, 0);
  await connected(readOnly).run("send", to("get", "/things/7"));
  await connected(readOnly).run("send", to("post", "/things/search"));
  await connected({ ...readOnly, allowUnlisted: true }).run("send", UNLISTED);
  await connected(gentle).run("send", to("post", "/things"));
});

test("scopes that were not granted", async () => {
  const { seen, connected } = await served();
  const error = async (granted, request, run = WAYS.action) => {
    const error = await run(connected({ granted }), request).catch((error) => error);
    assert.ok(error instanceof ConnectorError, error.stack);
    assert.deepEqual([error.kind, error.code], ["forbidden", "missing-scope"]);
    return error;
  };
  const one = await error(["claimed"], to("get", "/things/7"));
  assert.equal(one.reason, "`send` sends `things/get`, which needs scopes that were not granted: read");
  assert.equal(one.advice, "Connect again and grant read.");
  assert.deepEqual(one.details, { operation: "things/get", scopes: ["read"] });
  const own = await error(["read"], to("get", "/things/7"));
  assert.equal(own.reason, "`send` needs scopes that were not granted: claimed");
  const two = await error(["claimed", "write"], to("delete", "/things/7"));
  assert.deepEqual(two.details, { operation: "things/delete", scopes: ["me"] });
  const reasons = {
    choices: "choosing `thing` of `send` needs scopes that were not granted: choosing",
    "setting choices": "choosing `place` needs scopes that were not granted: places",
    trigger: "`send` needs scopes that were not granted: claimed",
    subscribe: "`told` needs scopes that were not granted: claimed",
    "a forged checkpoint": "the next page sends `things/get`, which needs scopes that were not granted: read",
  };
  for (const [way, reason] of Object.entries(reasons)) {
    const granted = way === "a forged checkpoint" ? [] : ["read"];
    assert.equal((await error(granted, to("get", "/things/7"), WAYS[way])).reason, reason);
  }
  assert.equal(seen.length, 0);
  await connected({ granted: ["claimed", "read"] }).run("send", {});
  await connected({ granted: ["all"] }).run("send", {});
  // What was granted belongs to a credential of OAuth, and to no other.
  await connected({ granted: [] }).run("send", { credential: "key" });
  await connected({ granted: [] }).run("send", to("get", "/x", { credential: null }));
});

test("a write that claims to be a read is not repeated", async () => {
  for (const [method, path, count] of [["delete", "/things/7", 1], ["post", "/things", 1], ["get", "/things/7", 2]]) {
    const { seen, connected } = await served(cut, answer(200));
    await connected().run("send", to(method, path, { effect: "read" })).catch(() => {});
    assert.equal(seen.length, count, path);
  }
  const { seen, connected } = await served(cut, answer(200));
  await connected({ allowUnlisted: true }).run("send", to("post", "/others")).catch(() => {});
  assert.equal(seen.length, 1);
});

test("a connector that lists no operations is believed, but for the method", async () => {
  const { seen, connected } = await served();
  const silent = () => ({ ...hostile(), operations: undefined });
  await connected({}, silent).run("send", UNLISTED);
  await connected({}, silent).run("send", to("get", "/others//7"));
  await connected({ readOnly: true }, silent).run("send", UNLISTED);
  assert.equal(seen.length, 3);
  const refused = async (options, id, request) =>
    assert.rejects(connected(options, silent).run(id, request), { rule: "permission" });
  await refused({ readOnly: true }, "send", to("post", "/others"));
  await refused({ noDestructive: true }, "send", to("delete", "/others"));
  await refused({ noDestructive: true }, "gone", to("post", "/others"));
  await assert.rejects(connected({ granted: [] }, silent).run("send", UNLISTED),
    { reason: "`send` needs scopes that were not granted: claimed" });
  assert.equal(seen.length, 3);
});

test("a list that does not hold together connects nothing", () => {
  const wrong = () => ({ ...hostile(), operations: { bases: () => [], all: () => [] } });
  assert.throws(() => connect(wrong), { rule: "contract" });
});
