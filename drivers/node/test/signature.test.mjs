/** Whether a delivery is the service's: the ways to sign that services have. */

import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { mock, test } from "node:test";

import { connect } from "../src/index.mjs";
import { probe } from "./support/probe.mjs";

const BODY = '{"a":"ä"}';
const now = () => Math.floor(Date.now() / 1000);

/** The plainest way, and what a test wants otherwise. */
const rule = (more) => ({
  header: "x-signature", prefix: "", encoding: "hex", algorithm: { tag: "hmac-sha256" },
  key: { tag: "constant", val: "the-key" }, keyEncoding: "plain", signed: "{body}", ...more,
});

const sent = (headers, more = {}) => ({
  method: { tag: "post" }, url: "https://hooks.example.net/a/b?c=d", body: Buffer.from(BODY),
  headers: Object.entries(headers).flatMap(([name, values]) => [values].flat().map((value) => ({ name, value }))), ...more,
});

const mac = (text, { key = "the-key", hash = "sha256", encoding = "hex" } = {}) =>
  createHmac(hash, key).update(text).digest(encoding);

/** What comes of a delivery to a webhook with these signatures. */
async function verdict(signatures, delivery, keys, options) {
  const component = probe();
  component.webhooks = /** @type {any} */ ({
    listWebhooks: () => [{ trigger: { id: "it", scopes: [] }, shared: false, signatures }],
  });
  return connect(component, options).verify("it", delivery, keys);
}

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const point = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
const moment = now();
const timed = (at) => rule({
  element: "v1", signed: "{element:t}.{body}", time: { time: "{element:t}", toleranceMs: 300_000 },
  header: "stripe-like",
});
const FORM = { body: Buffer.from("b=2&a=1+x&c=%C3%A4") };

/** By name: the rule, and a delivery that is right by it. */
const RIGHT = {
  "a prefix": [rule({ prefix: "sha256=" }), sent({ "x-signature": `sha256=${mac(BODY)}` })],
  "in capitals": [rule({}), sent({ "X-Signature": mac(BODY).toUpperCase() })],
  "sha1 in base64": [rule({ algorithm: { tag: "hmac-sha1" }, encoding: "base64" }),
    sent({ "x-signature": mac(BODY, { hash: "sha1", encoding: "base64" }) })],
  "sha512 in base64 for URLs": [rule({ algorithm: { tag: "hmac-sha512" }, encoding: "base64" }),
    sent({ "x-signature": mac(BODY, { hash: "sha512", encoding: "base64url" }) })],
  "a key in hex": [rule({ keyEncoding: "hex", key: { tag: "constant", val: "00ff" } }),
    sent({ "x-signature": mac(BODY, { key: Buffer.from("00ff", "hex") }) })],
  "elements and a time": [timed(), sent({ "stripe-like": `t=${moment}, v0=00, v1=00,v1=${mac(`${moment}.${BODY}`)}` })],
  "a time of milliseconds in a header": [
    rule({ signed: "v0:{header:x-time}:{body}", time: { time: "{header:x-time}", toleranceMs: 300_000 } }),
    sent({ "x-time": String(moment * 1000), "x-signature": mac(`v0:${moment * 1000}:${BODY}`) })],
  "address, method and path": [rule({ signed: "{{{method} {url} {path}}}" }),
    sent({ "x-signature": mac("{POST https://hooks.example.net/a/b?c=d /a/b?c=d}") })],
  "a form": [rule({ signed: "{url}{form}" }),
    sent({ "x-signature": mac("https://hooks.example.net/a/b?c=da1 xb2cä") }, FORM)],
  "a public key": [rule({ algorithm: { tag: "ed25519" }, keyEncoding: "hex", key: { tag: "constant", val: point.toString("hex") } }),
    sent({ "x-signature": sign(null, Buffer.from(BODY), privateKey).toString("hex") })],
  "a token": [rule({ algorithm: { tag: "token" }, encoding: "plain", signed: "" }), sent({ "x-signature": "the-key" })],
};

for (const [name, [signature, delivery]] of Object.entries(RIGHT)) {
  test(`${name}: right, and wrong when anything differs`, async () => {
    assert.equal(await verdict([signature], delivery), "right");
    const headers = delivery.headers.map(({ name, value }) =>
      ({ name, value: value.replace(/[0-9a-zA-Z](?=[^0-9a-zA-Z]*$)/, (last) => (last === "0" ? "1" : "0")) }));
    assert.equal(await verdict([signature], { ...delivery, headers }), "wrong");
    assert.equal(await verdict([signature], { ...delivery, headers: [] }), "absent");
    if (!signature.signed.includes("{body}")) return;
    assert.equal(await verdict([signature], { ...delivery, body: Buffer.from("{}") }), "wrong");
  });
}

test("an old delivery is wrong, and one without a time", async () => {
  const at = (time) => sent({ "stripe-like": `t=${time},v1=${mac(`${time}.${BODY}`)}` });
  for (const time of [moment - 400, moment + 400, "", "-1", "1e9", "9".repeat(30)]) {
    assert.equal(await verdict([timed()], at(time)), "wrong", String(time));
  }
  assert.equal(await verdict([timed()], sent({ "stripe-like": `v1=${mac(BODY)}` })), "wrong");
});

test("keys are with the caller, in the subscription, or among the credentials", async () => {
  const delivery = sent({ "x-signature": mac(BODY) });
  const by = (key, keys, options) => verdict([rule({ key })], delivery, keys, options);
  assert.equal(await by({ tag: "client-secret" }, { clientSecret: "the-key" }), "right");
  assert.equal(await by({ tag: "client-secret" }), "keyless");
  const inside = { tag: "subscription", val: "/a~1b/0" };
  assert.equal(await by(inside, { subscription: { "a/b": ["the-key"] } }), "right");
  assert.equal(await by(inside, { subscription: { "a/b": [] } }), "keyless");
  assert.equal(await by({ tag: "subscription", val: "/constructor" }, { subscription: {} }), "keyless");
  assert.equal(await by({ tag: "credential", val: "key" }, {}, { credentials: { key: "the-key" } }), "right");
  const pair = { key: { user: "a", password: "the-key" } };
  assert.equal(await by({ tag: "credential", val: "key" }, {}, { credentials: async (id) => pair[id] }), "right");
  assert.equal(await by({ tag: "credential", val: "key" }), "keyless");
  assert.equal(await by({ tag: "constant", val: "" }), "keyless", "an empty key is anybody's");
  assert.equal(await by(inside, { subscription: { "a/b": [7] } }), "keyless");
});

test("one of several is enough, and what is not known is not right", async () => {
  const delivery = sent({ "x-signature": mac(BODY) });
  const other = rule({ key: { tag: "constant", val: "another" } });
  assert.equal(await verdict([other, rule({})], delivery), "right");
  assert.equal(await verdict([other, rule({ header: "x-other" })], delivery), "wrong");
  assert.equal(await verdict([], delivery), "none");
  const unknown = { tag: "other", val: { name: "example.com/x", value: "{}" } };
  assert.equal(await verdict([rule({ algorithm: unknown })], delivery), "wrong");
  for (const signed of ["{nothing}", "{header:none}", "{element:t}"]) assert.equal(await verdict([rule({ signed })], delivery), "wrong");
  assert.equal(await verdict([rule({ algorithm: { tag: "ed25519" } })], delivery), "wrong", "no such key");
});

test("what is signed is there exactly once", async () => {
  const [at, other] = [moment, moment - 1];
  const says = (header) => verdict([timed()], sent({ "stripe-like": header }));
  const right = `t=${at},v1=${mac(`${at}.${BODY}`)}`;
  assert.equal(await says(right), "right");
  // A second time could make a signature good for ever.
  for (const more of [`${right},t=${other}`, `t=${other},${right}`, `${right},t=${at}`]) assert.equal(await says(more), "wrong");
  const named = rule({ signed: "{header:x-time}{body}" });
  const twice = (...times) => verdict([named], sent({ "x-signature": mac(`1${BODY}`), "x-time": times }));
  assert.equal(await twice("1"), "right");
  assert.equal(await twice("1", "1"), "wrong");
});

test("more signatures than anybody sends are not tried", async () => {
  const wrong = "00".repeat(32);
  const headers = (count) => verdict([rule({})], sent({ "x-signature": [...Array(count).fill(wrong), mac(BODY)] }));
  assert.equal(await headers(7), "right");
  assert.equal(await headers(8), "wrong");
  const listed = (count) => verdict([rule({ element: "v1" })],
    sent({ "x-signature": [...Array(count).fill(wrong), mac(BODY)].map((one) => `v1=${one}`).join() }));
  assert.equal(await listed(7), "right");
  assert.equal(await listed(8), "wrong");
  assert.equal(await verdict([rule({ element: "v1" })], sent({ "x-signature": `v1=${mac(BODY)},x=${"a".repeat(16_384)}` })), "wrong");
});

/** What the libraries of services sign; the other hosts read the same file. */
const VECTORS = JSON.parse(readFileSync(new URL("../../../crates/webhooks/tests/styles/vectors.json", import.meta.url), "utf8"));
const KEYS = { "client-secret": { tag: "client-secret" }, credential: { tag: "credential", val: "signing-secret" } };

for (const vector of VECTORS) {
  test(`${vector.name}: right, and wrong with another body or key`, async (t) => {
    mock.timers.enable({ apis: ["Date"], now: (vector.now ?? 1_800_000_000) * 1000 });
    t.after(() => mock.timers.reset());
    const { algorithm = "hmac-sha256", key = "credential", key_encoding: keyEncoding = "plain", time, ...more } = vector.signature;
    const signature = rule({
      ...more, algorithm: { tag: algorithm }, key: KEYS[key] ?? { tag: "subscription", val: key }, keyEncoding,
      time: time && { time, toleranceMs: 300_000 },
    });
    const { secret, subscription, url, body } = vector;
    const says = (body, secret, subscription) => verdict([signature], sent(vector.headers, { body: Buffer.from(body), ...(url && { url }) }),
      { clientSecret: secret, subscription }, { credentials: { "signing-secret": secret } });
    assert.equal(await says(body, secret, subscription), "right");
    if (algorithm !== "token") assert.equal(await says(`${body}1`, secret, subscription), "wrong");
    const other = secret.replaceAll(/[12ab]/g, (one) => "21ba"["12ab".indexOf(one)]);
    assert.equal(await says(body, other, subscription && { token: other }), "wrong");
  });
}
