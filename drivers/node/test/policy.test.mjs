/** What the driver refuses, and what never leaves it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { connect } from "../src/index.mjs";
import { covers } from "../src/policy.mjs";
import { API, SECRET, answer, connected, probe, serve } from "./support/probe.mjs";

const header = (name, value = "x") => ({ headers: [{ name, value }] });
const form = (part) => ({
  method: "post",
  body: { tag: "multipart", val: [{ name: "a", content: { tag: "text", val: "" }, ...part }] },
});

/** The rule, what breaks it, and how. */
const REFUSED = [
  ["url", "a URL that is not absolute", { url: "/path" }],
  ["url", "a URL with a user in it", { url: "https://api.example.com@evil.example.net/" }],
  ["url", "a URL that is too long", { url: `${API}/${"x".repeat(65_536)}` }],
  ["method", "a tunnel", { method: "CONNECT" }],
  ["method", "what fetch never sends", { method: "TRACE" }],
  ["method", "a method in small letters", { method: "Propfind" }],
  ["method", "a method of two words", { method: "GET /" }],
  ["https", "a declared origin without https", { url: "http://plain.example.com/" }],
  ["declared-origin", "a foreign origin", { url: "https://evil.example.net/" }],
  ["declared-origin", "a declared host on another port", { url: `${API}:8443/` }],
  ["declared-credential", "an unknown credential", { credential: "password" }],
  [
    "credential-origin",
    "a credential of another environment",
    { url: "https://trial.example.com/" },
  ],
  ["credential-origin", "a credential for an upload", { url: "https://a.upload.example.com/" }],
  ["credential", "a credential without a value", {}, { credentials: {} }],
  ["credential", "a value of two lines", {}, { credentials: { token: "a\r\nb: c" } }],
  ["request-header", "a header of the host", header("Authorization")],
  ["request-header", "a header for a proxy", header("proxy-any")],
  ["request-header", "a header where a credential goes", header("x-api-key")],
  ["request-header", "a header of two lines", header("accept", "a\r\nb: c")],
  ["request-header", "a type for a form", { ...form({}), ...header("content-type") }],
  ["request-body", "a GET with a body", { body: { tag: "bytes", val: [1] } }],
  ["multipart", "a part that breaks out of its name", form({ name: 'a"; b' })],
  ["multipart", "a part that breaks out of its type", form({ contentType: "a/b\r\nc: d" })],
  ["blob", "a blob that nobody resolves", form({ content: { tag: "blob", val: "1" } })],
];

for (const [rule, what, input, options] of REFUSED) {
  test(`${rule}: ${what}`, async () => {
    const { base, seen } = await serve(answer(200));
    await assert.rejects(connected(base, options).run("send", input), { name: "Refusal", rule });
    assert.equal(seen.length, 0, "nothing was sent");
  });
}

test("a wildcard stands for one or more labels", () => {
  const covered = (origin) => covers("https://*.upload.example.com", new URL(origin));
  assert.ok(covered("https://a.upload.example.com"));
  assert.ok(covered("https://a.b.upload.example.com"));
  assert.ok(!covered("https://upload.example.com"));
  assert.ok(!covered("https://.upload.example.com"));
  assert.ok(!covered("https://evilupload.example.com"));
  assert.ok(!covered("http://a.upload.example.com"));
  assert.ok(!covered("https://a.upload.example.com:8443"));
  assert.ok(!covered("https://a.upload.example.com.evil.net"));
});

test("a credential travels as its placement says", async () => {
  const { base, seen } = await serve(answer(200));
  await connected(base).run("send");
  await connected(base).run("send", { credential: "key" });
  assert.equal(seen[0].headers.authorization, `Bearer ${SECRET}`);
  assert.equal(seen[1].headers.authorization, undefined);
  assert.equal(seen[1].headers["x-api-key"], SECRET);
});

test("a redirect is not followed with a credential, nor with a body", async () => {
  const { base, seen } = await serve(answer(302, "", { location: "/elsewhere" }));
  const { status, headers } = await connected(base).run("send");
  assert.deepEqual([status, headers.location], [302, "/elsewhere"]);
  const post = await connected(base).run("send", { method: "post", credential: null });
  assert.equal(post.status, 302);
  assert.equal(seen.length, 2);
});

test("a redirect without a credential is followed among declared origins", async () => {
  const free = { credential: null };
  const from = async (location) => (await serve(answer(302, "", { location }))).base;
  const other = await serve(answer(200, "there"));
  const trial = "https://trial.example.com";
  const routes = { [API]: await from(`${trial}/x?y=1`), [trial]: `${other.base}/base/` };
  assert.equal((await connected("", { routes }).run("send", free)).text, "there");
  assert.equal(other.seen[0].url, "/base/x?y=1");
  for (const location of [other.base, "https://evil.example.net/", "https://u@api.example.com/", "http://[", "/again"]) {
    const { status, headers } = await connected(await from(location)).run("send", free);
    assert.deepEqual([status, headers.location], [302, location], "it is the answer");
  }
  assert.equal(other.seen.length, 1);
});

test("a route leads to https, or to loopback", () => {
  const routed = (to) => () => connected(to);
  assert.throws(routed("http://api.example.net"), /neither https nor http on loopback/);
  assert.doesNotThrow(routed("https://api.example.net"));
  assert.doesNotThrow(routed("http://[::1]:4000"));
});

test("an answer that is too large is left unread", async () => {
  let closed;
  const { base } = await serve((_, response) => {
    const chunk = Buffer.alloc(64 * 1024);
    const more = () => {
      while (response.write(chunk));
    };
    closed = new Promise((done) => response.on("close", done));
    response.on("drain", more);
    more();
  });
  const small = connected(base, { policy: { responseBytes: 100_000 } });
  await assert.rejects(small.run("send"), { rule: "response-size" });
  await closed;
});

test("the limits of a call", async () => {
  const page = (checkpoint) => ({ tag: "emit", val: { items: "[1]", count: 1, checkpoint } });
  const endless = probe({ start: () => page(new Uint8Array(10)) });
  endless.steps.resume = (checkpoint) => page(checkpoint);
  const limited = (policy) => connect(endless, { policy }).run("send");
  await assert.rejects(limited({ steps: 50 }), { rule: "steps" });
  let pages = 0;
  const list = connect(endless, { policy: { steps: 50 } }).list("send");
  await assert.rejects(
    async () => {
      for await (const _ of list) pages += 1;
    },
    { rule: "steps" },
  );
  assert.equal(pages, 50);
  await assert.rejects(limited({ checkpointBytes: 9 }), { rule: "checkpoint-size" });
  await assert.rejects(limited({ responseBytes: 2 }), { rule: "response-size" });
  await assert.rejects(limited({ callMs: -1 }), { rule: "call-time" });
  const text = { tag: "text", val: "" };
  const many = { method: "post", body: { tag: "pieces", val: Array(6).fill(text) } };
  const parts = { method: "post", body: { tag: "multipart", val: Array(6).fill({ name: "a", content: text }) } };
  for (const input of [many, parts]) {
    const sent = connected("http://127.0.0.1:1", { policy: { pieces: 5 } }).run("send", input);
    await assert.rejects(sent, { rule: "pieces" });
  }
  endless.steps.resume = (checkpoint) => ({
    tag: "pause",
    val: { ms: 11, reason: "", checkpoint },
  });
  await assert.rejects(limited({ pauseMs: 10 }), { rule: "pause" });
});

test("a secret that the service echoes reaches neither the component nor an error", async () => {
  const echo = (status) => (request, response) =>
    answer(status, `ä ${request.headers.authorization}`, {
      "x-echo": request.headers.authorization,
    })(request, response);
  const { base } = await serve(echo(400), echo(401));
  const connector = connected(base);
  const output = await connector.run("send");
  assert.equal(output.text, "ä Bearer [secret]");
  const error = await connector.run("send").catch((error) => error);
  assert.equal(error.kind, "unauthenticated");
  const first = connector.start.action("send");
  const seen = [
    output,
    error,
    error.stack,
    connector,
    first,
    await connector.send(first.val),
  ];
  assert.ok(!inspect(seen, { depth: 9, showHidden: true }).includes(SECRET));
});

test("a secret is not in an error of the transport", async () => {
  const http = (url, { headers }) =>
    Promise.reject(new TypeError(`bad ${headers.get("authorization")}`));
  const connector = connected("http://127.0.0.1:1", { http, policy: { tries: 1 } });
  const error = await connector.run("send").catch((error) => error);
  assert.equal(error.message, "TypeError");
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(SECRET));
});
