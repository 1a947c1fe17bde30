/** How credentials travel, which of a group it is, and what a connector needs beyond the contract. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";

import { connect } from "../src/index.mjs";
import { API, SECRET, answer, connected, descriptor, probe, serve } from "./support/probe.mjs";

const PAIR = { user: "AC 1", password: "a:pass wörd-7" };
const signature = { name: "example.com/hmac", value: '{"header":"x-signed","big":12345678901234567890}' };

/** A credential that goes to the API. */
const credential = (id, placement, more) => ({
  id, title: "", required: false, source: { tag: "secret", val: "" }, placement, origins: [{ origin: API }], ...more,
});

/** A probe with these credentials. */
function having(...credentials) {
  const component = probe();
  component.connection.describe = () => ({ ...descriptor, credentials });
  return component;
}

const CASES = [
  ["header", { tag: "header", val: { name: "x-key", prefix: "Bot " } }, SECRET, ({ headers }) => headers["x-key"], `Bot ${SECRET}`],
  ["basic, of a pair", { tag: "basic" }, PAIR, ({ headers }) => headers.authorization,
    `Basic ${Buffer.from("AC 1:a:pass wörd-7").toString("base64")}`],
  ["basic, of a secret", { tag: "basic" }, SECRET, ({ headers }) => headers.authorization,
    `Basic ${Buffer.from(`${SECRET}:`).toString("base64")}`],
  ["query", { tag: "query", val: "api key" }, "a&b=c/d+e", ({ url }) => url, "/?x=%2Fy&api+key=a%26b%3Dc%2Fd%2Be"],
];

for (const [name, placement, value, where, expected] of CASES) {
  test(`placement: ${name}`, async () => {
    const { base, seen } = await serve(answer(200));
    const connector = connected(base, { credentials: { it: value } }, having(credential("it", placement)));
    await connector.run("send", { credential: "it", url: `${API}/?x=%2Fy` });
    assert.equal(where(seen[0]), expected);
  });
}

test("what the service echoes of a pair or of a query is no secret any more", async () => {
  const echo = ({ headers, url }, response) => answer(200, `${headers.authorization} ${url}`)(undefined, response);
  const { base } = await serve(echo);
  const credentials = { pair: { user: "account", password: "p" }, key: "key-of-the-query" };
  const component = having(credential("pair", { tag: "basic" }), credential("key", { tag: "query", val: "k" }));
  const connector = connected(base, { credentials }, component);
  const echoed = async (credential) => (await connector.run("send", { credential })).text;
  assert.equal(await echoed("key"), "undefined /?k=[secret]");
  assert.equal(await echoed("pair"), "Basic [secret] /", "also of a short one, as it travels");
});

test("a value that does not fit is not sent", async () => {
  const { base, seen } = await serve(answer(200));
  const refused = async (placement, value) => {
    const connector = connected(base, { credentials: { it: value } }, having(credential("it", placement)));
    await assert.rejects(connector.run("send", { credential: "it" }), ({ rule, message }) =>
      rule === "credential" && !message.includes("secret"));
  };
  await refused({ tag: "basic" }, { user: "a:b", password: "secret-1" });
  await refused({ tag: "basic" }, { user: "a", password: "secret-1\r\nx: y" });
  await refused({ tag: "query", val: "k" }, "secret ä");
  await refused({ tag: "header", val: { name: "x", prefix: "a\r\nb: " } }, "secret-1");
  await refused({ tag: "bearer" }, undefined);
  assert.equal(seen.length, 0);
});

test("of a group it is the one that the connection has, and that one is renewed", async () => {
  const component = having(
    credential("one", { tag: "bearer" }, { group: "any" }),
    credential("two", { tag: "header", val: { name: "x-two", prefix: "" } }, { group: "any", origins: [{ origin: API, environment: "main" }] }),
    credential("any-other", { tag: "bearer" }),
  );
  const { base, seen } = await serve(answer(401), answer(200), answer(200));
  const renewed = [];
  const credentials = { two: "value-of-two" };
  const refresh = (id) => {
    renewed.push(id);
    credentials.two = "value-of-two-renewed";
  };
  await connected(base, { credentials, refresh }, component).run("send", { credential: "any" });
  assert.deepEqual(seen.map(({ headers }) => headers["x-two"]), ["value-of-two", "value-of-two-renewed"]);
  assert.deepEqual(renewed, ["two"]);
  const asked = async (id) => (id === "one" ? "value-of-one" : undefined);
  await connected(base, { credentials: asked }, component).run("send", { credential: "any" });
  assert.equal(seen[2].headers.authorization, "Bearer value-of-one");
  const none = connected(base, { credentials: {} }, component).run("send", { credential: "any" });
  await assert.rejects(none, { rule: "credential", message: "there is no value for any of the credentials one, two" });
  await assert.rejects(connected(base, {}, component).run("send", { credential: "another" }), { rule: "declared-credential" });
});

test("what the host signs is refused by name, unless the caller has somebody who signs", async () => {
  const component = having(credential("it", { tag: "other", val: signature }, { source: { tag: "pair", val: {} } }));
  const { base, seen } = await serve(answer(200));
  const credentials = { it: PAIR };
  const input = { credential: "it", method: "post", body: { tag: "bytes", val: [...Buffer.from("body")] } };
  await assert.rejects(connected(base, { credentials }, component).run("send", input),
    { rule: "extension", message: /"example.com\/hmac"/ });
  assert.equal(seen.length, 0);
  const signed = [];
  const sign = async ({ method, url, body, streamed }, { user, password }, { header, big }) => {
    signed.push([method, url.href, streamed, big]);
    const mac = createHmac("sha256", password).update(body ?? "").digest("hex");
    return { headers: { [header]: mac }, query: { by: user } };
  };
  const connector = connected(base, { credentials, signers: { "example.com/hmac": sign } }, component);
  await connector.run("send", { ...input, url: `${API}/a?b=1` });
  const mac = createHmac("sha256", PAIR.password).update("body").digest("hex");
  assert.deepEqual([seen[0].url, seen[0].headers["x-signed"]], ["/a?b=1&by=AC+1", mac]);
  await connector.run("send", { ...input, body: { tag: "pieces", val: [{ tag: "text", val: "x" }] } });
  assert.deepEqual(signed.map(([method, , streamed, big]) => [method, streamed, big]),
    [["POST", false, "12345678901234567890"], ["POST", true, "12345678901234567890"]]);
});

test("a connector that requires what nobody has is not connected", async () => {
  const component = probe();
  component.connection.describe = () => ({ ...descriptor, requires: ["aws-sigv4", "jwt-bearer"] });
  const refused = (options, names) => assert.throws(() => connect(component, options), ({ rule, message }) =>
    rule === "extension" && message.startsWith(`the connector probe requires ${names}, which`));
  refused({}, '"aws-sigv4", "jwt-bearer"');
  refused({ signers: { "aws-sigv4": () => ({}) } }, '"jwt-bearer"');
  refused({ extensions: ["jwt-bearer", "toString"] }, '"aws-sigv4"');
  connect(component, { signers: { "aws-sigv4": () => ({}) }, extensions: ["jwt-bearer"] });
});
