/** Links in what is written lead to the hosts that the caller names. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { connect } from "../src/index.mjs";
import { answer, connected, probe, serve } from "./support/probe.mjs";

const { base, seen } = await serve(answer(200));
const links = ["fern.example", "*.example.com"];
const bytes = (text) => ({ tag: "bytes", val: [...Buffer.from(text)] });
const write = (body, more = {}) => connected(base, { links }).run("send", { method: "post", body, ...more });

/** Each leads elsewhere, by the place that it is in and the host that it leads to. */
const ELSEWHERE = {
  "link: leads to example.com": bytes('{"link":"https://example.com/"}'),
  "items[1].url: leads to a.example.com.evil.test": bytes('{"items":["x",{"url":"https://a.example.com.evil.test/"}]}'),
  "a: leads to evil.test": bytes(JSON.stringify({ a: "HTTPS://evil.test\\@a.example.com/" })),
  "b: leads to evil.test": bytes(JSON.stringify({ b: " https://fern.example@ev\til.test:443/ " })),
  "c: leads to 127.0.0.1": bytes(JSON.stringify({ c: "http:0x7f.1" })),
  "d: leads to an address that cannot be read": bytes(JSON.stringify({ d: "https://[" })),
  "e: leads to evil.test": bytes("x=1&e=https%3A%2F%2Fevil.test%2F"),
  "f: leads to evil.test": { tag: "multipart", val: [{ name: "f", content: { tag: "text", val: "https://evil.test/" } }] },
  "g: leads to evil.test": {
    tag: "pieces",
    val: [{ tag: "text", val: '{"data":"' }, { tag: "blob-base64", val: "data:,a" }, { tag: "text", val: '","g":"https://evil.test/"}' }],
  },
};

for (const [said, body] of Object.entries(ELSEWHERE)) {
  test(said, async () => {
    const before = seen.length;
    await assert.rejects(write(body), ({ rule, message }) => {
      assert.equal(rule, "link");
      assert.ok(message.startsWith(`${said}; links may lead to fern.example, *.example.com`), message);
      return true;
    });
    assert.equal(seen.length, before);
  });
}

test("a link in the query leads elsewhere too", () =>
  assert.rejects(write({ tag: "empty" }, { url: "https://api.example.com/?to=https://evil.test/" }), { rule: "link" }));

test("others go, and what only reads goes where it will", async () => {
  const good = { a: "https://fern.example./x?to=https://evil.test/", b: ["http://A.example.com:8080"], c: "see https://evil.test", d: 1 };
  await write(bytes(JSON.stringify(good)));
  await connected(base, { links }).run("send", { url: "https://api.example.com/?q=https://evil.test/" });
  await connected(base).run("send", { method: "post", body: bytes('{"a":"https://evil.test/"}') });
  await assert.rejects(connected(base, { links: [] }).run("send", { method: "post", body: bytes('{"a":"https://evil.test/"}') }),
    /links may lead to none/);
});

test("what is no host is said at once", () => {
  for (const host of ["https://example.com", "a/b", "example.com:80", "*", ""]) {
    assert.throws(() => connect(probe(), { links: [host] }), TypeError, host);
  }
});
