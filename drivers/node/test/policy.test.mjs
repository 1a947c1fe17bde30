/** What the driver refuses, and what never leaves it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { connect } from "../index.mjs";
import { covers } from "../policy.mjs";
import { API, SECRET, answer, connected, probe, serve } from "./support/probe.mjs";

const server = await serve(answer(200, "ok"));
const refuses = (rule, input, options) => async () => {
  const before = server.seen.length;
  await assert.rejects(connected(server.base, options).run("send", input), {
    name: "Refusal",
    rule,
  });
  assert.equal(server.seen.length, before, "nothing was sent");
};
const header = (name, value = "x") => ({ headers: [{ name, value }] });

test("an origin that is not declared", refuses("origin", { url: "https://evil.example.net/" }));
test("a declared origin on another port", refuses("origin", { url: `${API}:8443/` }));
test(
  "a declared origin without https",
  refuses("scheme", { url: "http://plain.example.com/", credential: undefined }),
);
test(
  "a URL with a user in it",
  refuses("url", { url: "https://api.example.com@evil.example.net/" }),
);
test("a URL that is not absolute", refuses("url", { url: "/path" }));
test(
  "a credential of another environment",
  refuses("credential-origin", { url: "https://trial.example.com/" }),
);
test(
  "a credential for an upload",
  refuses("credential-origin", { url: "https://a.upload.example.com/" }),
);
test("a credential that is not declared", refuses("credential", { credential: "password" }));
test("a credential without a value", refuses("credential", {}, { credentials: {} }));
test(
  "a value that would break its header",
  refuses("credential", {}, { credentials: { token: "a\r\nb: c" } }),
);
test("a header that is the host's", refuses("header", header("authorization")));
test("a header where a credential goes", refuses("header", header("x-api-key")));
test("a header in capitals", refuses("header", header("Accept")));
test("a header of two lines", refuses("header", header("accept", "a\r\nb: c")));
test("a GET with a body", refuses("method", { body: { tag: "bytes", val: [1] } }));
test(
  "a blob that nobody resolves",
  refuses("blob", {
    method: "post",
    body: { tag: "multipart", val: [{ name: "file", content: { tag: "blob", val: "1" } }] },
  }),
);

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

test("a redirect is an answer, and nobody follows it", async () => {
  const other = await serve(answer(200));
  const { base } = await serve(answer(302, "", { location: other.base }));
  for (const credential of ["token", undefined]) {
    const { status, headers } = await connected(base).run("send", { credential });
    assert.deepEqual([status, headers.location], [302, other.base]);
  }
  assert.equal(other.seen.length, 0);
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
  await assert.rejects(connect(endless, { policy: { steps: 50 } }).run("send"), { rule: "steps" });
  await assert.rejects(connect(endless, { policy: { checkpointBytes: 9 } }).run("send"), {
    rule: "checkpoint-size",
  });
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
    await connector.send(first.val.request),
  ];
  assert.ok(!inspect(seen, { depth: 9, showHidden: true }).includes(SECRET));
});

test("a secret is not in an error of the transport", async () => {
  const http = (url, { headers }) =>
    Promise.reject(new TypeError(`bad ${headers.get("authorization")}`));
  const connector = connected("http://127.0.0.1:1", { http, policy: { attempts: 1 } });
  const error = await connector.run("send").catch((error) => error);
  assert.equal(error.message, "TypeError");
  assert.ok(!inspect(error, { depth: 9, showHidden: true }).includes(SECRET));
});
