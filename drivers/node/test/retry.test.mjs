/** What is sent again, and what is not. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { SECRET, answer, connected, cut, serve } from "./support/probe.mjs";

const ok = answer(200, "ok");
const write = { method: "post", effect: "write", body: { tag: "empty" } };

async function sent(handlers, input, options) {
  const { base, seen } = await serve(...handlers);
  const output = await connected(base, options)
    .run("send", input)
    .catch((error) => error.kind);
  return [output.text ?? output, seen.length];
}

test("a read is repeated after a cut connection", async () =>
  assert.deepEqual(await sent([cut, cut, ok]), ["ok", 3]));

test("a read and an idempotent request are repeated after a server error", async () => {
  assert.deepEqual(await sent([answer(500), ok]), ["ok", 2]);
  assert.deepEqual(await sent([answer(503), ok], { ...write, effect: "idempotent" }), ["ok", 2]);
});

test("repeats have an end", async () => {
  assert.deepEqual(await sent([answer(500)]), ["unavailable", 4]);
  assert.deepEqual(await sent([answer(500)], {}, { policy: { tries: 1 } }), ["unavailable", 1]);
});

test("a write is not repeated when it may have acted", async () => {
  assert.deepEqual(await sent([answer(500), ok], write), ["unavailable", 1]);
  assert.deepEqual(await sent([cut, ok], write), ["unavailable", 1]);
});

test("a write is repeated when it was refused unprocessed", async () =>
  assert.deepEqual(await sent([answer(429, "", { "retry-after": "0" }), ok], write), ["ok", 2]));

test("a write is repeated when it never left", async () => {
  const { base, seen } = await serve(ok);
  const gone = await serve(ok);
  await gone.close();
  let failures = 2;
  const http = (url, options) => fetch(failures-- > 0 ? gone.base : url, options);
  assert.equal((await connected(base, { http }).run("send", write)).text, "ok");
  assert.equal(seen.length, 1);
});

test("a wait that the service asks for is kept, up to the limit", async () => {
  const started = performance.now();
  assert.deepEqual(await sent([answer(429, "", { "retry-after": "1" }), ok]), ["ok", 2]);
  assert.ok(performance.now() - started >= 990);
  assert.deepEqual(await sent([answer(429, "", { "retry-after": "91" }), ok]), ["rate-limited", 1]);
});

test("other refusals are final", async () =>
  assert.deepEqual(await sent([answer(401), ok]), ["unauthenticated", 1]));

test("an answer that takes too long counts as none", async () => {
  const never = () => {};
  assert.deepEqual(await sent([never, ok], {}, { policy: { timeoutMs: 500 } }), ["ok", 2]);
  assert.deepEqual(await sent([never, ok], write, { policy: { timeoutMs: 500 } }), [
    "unavailable",
    1,
  ]);
});

test("a repeat sends the same request", async () => {
  const { base, seen } = await serve(cut, ok);
  await connected(base).run("send", {
    method: "put",
    effect: "idempotent",
    headers: [{ name: "x-part", value: "1" }],
  });
  const [first, second] = seen.map(({ method, url, headers, body }) => ({
    method,
    url,
    headers,
    body,
  }));
  assert.deepEqual(first, second);
});

test("an expired credential is renewed once for all who wait for it", async () => {
  const { base, seen } = await serve((request, response) =>
    answer(request.headers.authorization === "Bearer new-token" ? 200 : 401, "ok")(
      request,
      response,
    ),
  );
  const credentials = { token: SECRET };
  let renewals = 0;
  const refresh = async () => {
    renewals += 1;
    await new Promise((done) => setTimeout(done, 20));
    credentials.token = "new-token";
  };
  const connector = connected(base, { credentials, refresh });
  const outputs = await Promise.all([1, 2, 3].map(() => connector.run("send", write)));
  assert.deepEqual(
    outputs.map(({ text }) => text),
    ["ok", "ok", "ok"],
  );
  assert.equal(renewals, 1);
  assert.equal(seen.length, 6);
});

test("a renewal is not repeated for a value that has changed since", async () => {
  const values = ["old-value", "new-value"];
  const { base, seen } = await serve(answer(401), ok);
  const credentials = () => values[Math.min(seen.length, 1)];
  const refresh = () => assert.fail("somebody else has renewed it");
  assert.equal((await connected(base, { credentials, refresh }).run("send")).text, "ok");
});

test("a renewed credential that is not taken either ends the call", async () => {
  let number = 0;
  const options = { credentials: () => `token-${number}`, refresh: () => void (number += 1) };
  assert.deepEqual(await sent([answer(401)], {}, options), ["unauthenticated", 2]);
});
