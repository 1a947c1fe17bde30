/** Credentials that come back in answers, however they are written and wherever they are. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { files } from "../src/index.mjs";
import { Mask } from "../src/secrets.mjs";
import { answer, connected, probe, serve } from "./support/probe.mjs";

const SECRET = 'pina_AB/cd+EF=~x"y\\z&<q>';
const hex = (letter) => letter.charCodeAt(0).toString(16).padStart(2, "0");
const each = (write) => [...SECRET].map(write).join("");
const base64 = (text, encoding = "base64") => Buffer.from(text).toString(encoding);

/** By name: the secret as an answer may hold it. */
const FORMS = {
  "as it is": SECRET,
  "in JSON": JSON.stringify(SECRET),
  "in JSON with every slash escaped": JSON.stringify(SECRET).replaceAll("/", "\\/"),
  "in JSON in JSON": JSON.stringify(JSON.stringify(SECRET)),
  "in JSON, letter by letter": each((letter) => `\\u00${hex(letter)}`),
  "in JSON, letter by letter in capitals": each((letter) => `\\u00${hex(letter).toUpperCase()}`),
  "in a URL": encodeURIComponent(SECRET),
  "in a URL in lower case": encodeURIComponent(SECRET).replace(/%../g, (it) => it.toLowerCase()),
  "in a URL in a URL": encodeURIComponent(encodeURIComponent(SECRET)),
  "in a form": new URLSearchParams({ a: SECRET }).toString(),
  "in a URL, letter by letter": each((letter) => `%${hex(letter)}`),
  "in HTML": SECRET.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  "in HTML by numbers": SECRET.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`),
  "in base64": base64(SECRET),
  "in base64 behind a name": base64(`Bearer ${SECRET}`),
  "in base64 between others": base64(`user:${SECRET}:more`),
  "in base64 for URLs": base64(`u:${SECRET}!`, "base64url"),
  "in base64 in a URL": encodeURIComponent(base64(`us:${SECRET}!`)),
};

const mask = new Mask([SECRET]);
const hidden = (text) => text.includes("[secret]") && !text.includes(SECRET.slice(0, 8));

for (const [name, form] of Object.entries(FORMS)) {
  test(`a secret ${name} is masked in texts, bytes and chunks of any size`, async () => {
    const text = `{"ä": ${form}, "more": 1}`;
    assert.ok(hidden(mask.text(text)), mask.text(text));
    const whole = Buffer.from(mask.bytes(Buffer.from(text))).toString();
    assert.equal(whole, mask.text(text));
    for (const size of [1, 2, 7, 64]) {
      const bytes = Buffer.from(text);
      const parts = async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
      };
      const out = [];
      for await (const part of mask.chunks(parts())) out.push(part);
      assert.equal(Buffer.concat(out).toString(), whole, `in chunks of ${size}`);
    }
  });
}

test("what is no secret stays, byte by byte", () => {
  const bytes = Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 31) % 256));
  assert.equal(mask.bytes(bytes), bytes);
  assert.equal(new Mask(["short"]).text("a short text"), "a short text");
});

test("a longer secret is masked as a whole, and a shorter one in it by itself", () => {
  const two = new Mask(["secret-value", "secret-value-2"]);
  assert.equal(two.text("secret-value-2 secret-value"), "[secret] [secret]");
});

test("answers hold no credential that is known, whichever request it belongs to", async () => {
  const token = "known-token-value";
  const echo = (status) => answer(status, `is ${FORMS["in a URL"]} and ${token}`, {
    "x-echo": `${SECRET} ${base64(token)}`, location: `/?a=${encodeURIComponent(SECRET)}`,
  });
  const { base } = await serve(echo(200), echo(401), echo(302), echo(200));
  const connector = connected(base, { credentials: { token, key: SECRET } });
  const seen = [
    await connector.run("send"),
    await connector.run("send").catch((error) => error),
    await connector.run("send", { method: "post" }),
    await connector.run("send", { credential: null }),
  ];
  const shown = inspect(seen, { depth: 9, showHidden: true });
  assert.ok(!shown.includes(token) && !shown.includes("pina_AB") && !shown.includes(base64(token)), shown);
});

test("a value that was renewed is a secret still", async () => {
  const values = ["the-first-value", "the-second-value"];
  let at = 0;
  const { base } = await serve(answer(401), answer(200, values.join(" ")));
  const connector = connected(base, { credentials: () => values[at], refresh: () => void (at = 1) });
  assert.equal((await connector.run("send")).text, "[secret] [secret]");
});

test("a saved answer holds none in any form, wherever the chunks end", async () => {
  const { base } = await serve((_, response) => {
    const bytes = Buffer.from(Object.values(FORMS).join(" "));
    const more = (at) => {
      if (at >= bytes.length) return response.end();
      response.write(bytes.subarray(at, at + 13));
      setImmediate(more, at + 13);
    };
    more(0);
  });
  const component = probe();
  component.steps.resume = (checkpoint, reply) => reply.tag === "saved"
    ? { tag: "read", val: { blob: reply.val.blob, offset: 0n, length: 100_000, checkpoint } }
    : { tag: "done", val: { output: JSON.stringify(Buffer.from(reply.val.data).toString()) } };
  const options = { blobs: files(), credentials: { token: SECRET } };
  const text = await connected(base, options, component).run("send", { save: true });
  assert.equal(text, mask.text(Object.values(FORMS).join(" ")));
});

test("what a store or a client says of a failure is masked", async () => {
  const blobs = { open: async () => { throw new Error(`no ${SECRET}`); }, save: async () => "" };
  const options = { blobs, credentials: { token: SECRET }, policy: { tries: 1 } };
  const body = { tag: "pieces", val: [{ tag: "blob", val: "f" }] };
  await assert.rejects(connected("http://127.0.0.1:1", options).run("send", { method: "post", body }),
    { reason: '"f": no [secret]' });
  const http = async () => { throw Object.assign(new Error(), { code: `E ${SECRET}` }); };
  await assert.rejects(connected("http://127.0.0.1:1", { ...options, http }).run("send"), { reason: "E [secret]" });
});
