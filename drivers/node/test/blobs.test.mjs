/** Files on their way into requests, out of answers, and under the eyes of a component. */

import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { connect, files } from "../src/index.mjs";
import { isPublic, remote } from "../src/web.mjs";
import { SECRET, answer, connected, probe, serve } from "./support/probe.mjs";

const outer = await mkdtemp(join(tmpdir(), "driver-"));
after(() => rm(outer, { recursive: true }));
const folder = join(outer, "allowed");
await mkdir(folder);
const film = join(folder, "film.mp4");
const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7) % 251));
await writeFile(film, bytes);
await writeFile(join(outer, "private"), "x");
await symlink(join(outer, "private"), join(folder, "link"));

const look = (blob, offset, length, store = files({ folders: [folder] })) =>
  connect(probe(), { blobs: store })
    .look({ blob, offset: BigInt(offset), length, checkpoint: new Uint8Array() }, { input: { blob } });
const pieces = (...val) => ({ method: "post", body: { tag: "pieces", val } });

test("a body of pieces holds a file as it is, and in base64, with its length", async () => {
  const { base, seen } = await serve(answer(200));
  const input = pieces(
    { tag: "text", val: '{"ä":"' },
    { tag: "blob-base64", val: film },
    { tag: "text", val: '"}' },
    { tag: "blob", val: "data:text/plain;base64,aGk=" },
  );
  await connected(base, { blobs: files({ folders: [folder] }) }).run("send", input);
  assert.equal(seen[0].body, `{"ä":"${bytes.toString("base64")}"}hi`);
  assert.equal(Number(seen[0].headers["content-length"]), Buffer.byteLength(seen[0].body));
  assert.equal(seen[0].headers["transfer-encoding"], undefined);
});

test("a body is sent again from its beginning", async () => {
  const { base, seen } = await serve(answer(503), answer(200));
  const input = { ...pieces({ tag: "blob", val: "data:,again" }), effect: "idempotent" };
  await connected(base).run("send", input);
  assert.deepEqual(seen.map(({ body }) => body), ["again", "again"]);
});

test("a large body does not stay in memory", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc");
  const [piece, count] = [1 << 20, 64];
  const sent = [];
  /** Of the chunks sent so far, what something still holds. */
  const held = () => {
    collect();
    return sent.filter((chunk) => chunk.deref()).length;
  };
  let [most, received] = [0, 0];
  const stream = async function* () {
    for (let index = 0; index < count; index++) {
      await setImmediate();
      most = Math.max(most, held());
      const chunk = new Uint8Array(piece);
      sent.push(new WeakRef(chunk));
      yield chunk;
    }
  };
  const blobs = { open: () => ({ size: piece * count, stream: stream() }), save: async () => "" };
  const http = async (url, { body, headers }) => {
    for await (const part of body) received += part.length;
    assert.equal(headers.get("content-length"), String(piece * count));
    return new Response("{}");
  };
  await connected("http://127.0.0.1:9", { blobs, http })
    .run("send", pieces({ tag: "blob", val: "1" }));
  assert.equal(received, piece * count);
  assert.ok(most <= 4, `${most} of ${count} chunks at once`);
});

test("a component looks at a part of a file", async () => {
  const part = async (offset, length) => (await look(film, offset, length)).val;
  assert.deepEqual(await part(100_000, 3), {
    data: bytes.subarray(100_000, 100_003),
    size: BigInt(bytes.length),
    name: "film.mp4",
  });
  assert.deepEqual((await part(199_999, 1000)).data, bytes.subarray(199_999));
  assert.equal((await part(200_000, 1)).data.length, 0);
  assert.deepEqual(await look("data:,hello", 1, 3), {
    tag: "chunk",
    val: { data: new TextEncoder().encode("ell"), size: 5n, name: undefined },
  });
});

test("what is broken is told to the connector, without contents and signatures", async () => {
  const told = async (reference) => (await look(reference, 0, 1)).val;
  assert.equal(await told(join(folder, "none")), `"${folder}/none": ENOENT`);
  assert.match(await told(folder), /it is not a file$/);
  assert.match(await told(`data:text/plain;base64,${"!".repeat(50)}`), /^the data URI: /);
});

test("what is not allowed ends the call, wherever it is named", async () => {
  const refused = (reference, message) =>
    assert.rejects(look(reference, 0, 1), { rule: "blob", message });
  const outside = /is not below an allowed folder$/;
  await refused(join(outer, "private"), outside);
  await refused(join(outer, "none"), outside);
  await refused(join(folder, "..", "private"), outside);
  await refused(join(folder, "link"), outside);
  await refused("/etc/passwd", outside);
  await refused("https://files.example.com/a?signature=1", /^"https:\/\/files.example.com\/a" is not .* nothing is fetched here$/);
  await refused("file:///etc/passwd", /nothing is fetched here$/);
  const { base, seen } = await serve(answer(200));
  const send = connected(base).run("send", pieces({ tag: "blob", val: film }));
  await assert.rejects(send, { rule: "blob" });
  assert.equal(seen.length, 0);
});

test("a request without its file is not sent, and not tried again", async () => {
  const { base, seen } = await serve(answer(200));
  let asked = 0;
  const open = async () => { asked++; throw new Error("gone"); };
  const input = { ...pieces({ tag: "blob", val: "f1" }), effect: "idempotent" };
  const send = connected(base, { blobs: { open, save: open } }).run("send", input);
  await assert.rejects(send, { kind: "unavailable", message: '"f1": gone' });
  assert.deepEqual([asked, seen.length], [1, 0]);
});

test("a look is 1 MiB at most, and begins where a number can say", async () => {
  for (const [offset, length] of [[0n, (1 << 20) + 1], [2n ** 53n, 1], [2n ** 64n - 1n, 1]]) {
    const range = { blob: "1", offset, length, checkpoint: new Uint8Array() };
    const component = probe({ start: () => ({ tag: "read", val: range }) });
    await assert.rejects(connect(component).run("send"), { rule: "blob" });
  }
});

test("an answer is saved without the secret in it, read, and dropped with its call", async () => {
  const saves = join(outer, "saves");
  const { base } = await serve((request, response) => {
    response.writeHead(200, { "x-rows": "2" });
    response.write(`a ${SECRET.slice(0, 5)}`);
    setTimeout(() => response.end(`${SECRET.slice(5)} b`), 20);
  });
  const component = probe();
  const { resume } = component.steps;
  let saved;
  component.steps.resume = (checkpoint, reply) => {
    if (reply.tag !== "saved") return resume(checkpoint, reply);
    saved = reply.val;
    return { tag: "read", val: { blob: saved.blob, offset: 0n, length: 100, checkpoint } };
  };
  const { val } = await connected(base, { blobs: files({ saves }) }, component)
    .run("send", { save: true });
  assert.equal(Buffer.from(val.data).toString(), "a [secret] b");
  assert.equal(saved.headers.find(({ name }) => name === "x-rows").value, "2");
  assert.match(saved.blob, /^saved:/);
  assert.deepEqual(await readdir(saves), []);
});

test("only a success is saved, and no more than the policy allows", async () => {
  const saves = join(outer, "limited");
  const { base } = await serve(answer(404, "none"), answer(200, "x".repeat(11)));
  const connector = connected(base, { blobs: files({ saves }), policy: { saveBytes: 10 } });
  assert.equal((await connector.run("send", { save: true })).text, "none");
  await assert.rejects(connector.run("send", { save: true }), { rule: "response-size" });
  assert.deepEqual(await readdir(saves), []);
});

test("a saved answer stays for an engine that runs the loop itself", async () => {
  const { base } = await serve(answer(200, "rows"));
  const blobs = files({ saves: join(outer, "kept") });
  const connector = connected(base, { blobs });
  const { val: pending } = connector.start.action("send", { save: true });
  const { val } = await connector.send(pending);
  const range = { blob: val.blob, offset: 0n, length: 9, checkpoint: new Uint8Array() };
  assert.equal((await connector.look(range)).val.data.toString(), "rows");
});

test("a saved answer that the output or an item names is the caller's, and a file of later calls", async () => {
  const store = files({ saves: join(outer, "given") });
  const { base, seen } = await serve(answer(200, "rows"));
  const component = probe();
  const { resume } = component.steps;
  component.steps.resume = (checkpoint, reply) => {
    if (reply.tag !== "saved") return resume(checkpoint, reply);
    return { tag: "done", val: { output: JSON.stringify({ file: { is: reply.val.blob } }) } };
  };
  const connector = connected(base, { blobs: store }, component);
  const { file } = await connector.run("send", { save: true });
  await connector.run("send", pieces({ tag: "blob", val: file.is }));
  assert.equal(seen[1].body, "rows");
  assert.equal(connector.blobs, store);
  await store.drop(file.is);
  await assert.rejects(async () => { for await (const _ of (await store.open(file.is)).stream); }, { code: "ENOENT" });
  const end = { tag: "done", val: { output: "null" } };
  component.steps.resume = (checkpoint, reply) => (reply.tag === "proceed" ? end : {
    tag: "emit", val: { items: JSON.stringify([reply.val.blob]), count: 1, checkpoint },
  });
  for await (const item of connector.list("send", { save: true })) {
    await connector.run("send", pieces({ tag: "blob", val: item })).catch(() => {});
    assert.equal(seen.at(-1).body, "rows");
  }
});

test("a part of a file is sent, and nothing of one that ends before", async () => {
  const { base, seen } = await serve(answer(200));
  const connector = connected(base, { blobs: files({ folders: [folder] }) });
  const part = (offset, length) => ({ tag: "slice", val: { blob: film, offset, length } });
  await connector.run("send", pieces(part(3, 5), { tag: "text", val: "|" }, part(bytes.length - 2, 2)));
  const sent = Buffer.concat([bytes.subarray(3, 8), Buffer.from("|"), bytes.subarray(-2)]);
  assert.equal(seen[0].body, sent.toString());
  assert.equal(Number(seen[0].headers["content-length"]), sent.length);
  await assert.rejects(connector.run("send", pieces(part(bytes.length - 2, 3))), {
    kind: "unavailable", reason: `"${film}" has 200000 bytes, not 3 from 199998 on`,
  });
  await assert.rejects(connector.run("send", pieces(part("9007199254740993", 1))), { rule: "blob" });
  assert.equal(seen.length, 1);
});

test("an address is read in parts, from servers that know ranges and others", async () => {
  const ranges = (request, response) => {
    const [, start, end] = request.headers.range.match(/bytes=(\d+)-(\d*)/);
    if (start >= bytes.length) {
      return response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    }
    const part = bytes.subarray(start, end ? Number(end) + 1 : undefined);
    response.writeHead(206, { "content-range": `bytes ${start}-/${bytes.length}` }).end(part);
  };
  const whole = (_, response) => response.setHeader("content-length", bytes.length).end(bytes);
  const address = "https://files.example.com/a/b.mp4?x=1";
  /** Leads to a server on loopback; what happens before and after is as it is. */
  const part = async (handler, start, end) => {
    const { base } = await serve(handler);
    const { stream, ...told } = await remote(address, { start, end }, (url, { headers }) =>
      get(new URL(url.pathname, base), { headers }));
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    return { ...told, data: Buffer.concat(chunks) };
  };
  for (const handler of [ranges, whole]) {
    const told = { size: bytes.length, name: "b.mp4" };
    const some = await part(handler, 1000, 1010);
    assert.deepEqual(some, { ...told, data: bytes.subarray(1000, 1010) });
    assert.deepEqual(await part(handler, 0, Infinity), { ...told, data: bytes });
    assert.equal((await part(handler, bytes.length, bytes.length + 9)).data.length, 0);
  }
  await assert.rejects(part((_, response) => response.write("a", () => response.end()), 0, 1),
    /its size is not known/);
  await assert.rejects(part(answer(404), 0, 1), /the answer is 404/);
  await assert.rejects(part(answer(302, "", { location: "/" }), 0, 1), /more than 5 redirects/);
  await assert.rejects(part(answer(302, "", { location: "http://a.example/" }), 0, 1),
    { rule: "blob", message: "only https is fetched" });
});

test("an address inside of the network is not opened", async () => {
  const store = files({ https: true });
  for (const host of ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]"]) {
    await assert.rejects(look(`https://${host}:1/`, 0, 1, store), { rule: "blob" }, host);
  }
  for (const open of ["8.8.8.8", "172.15.0.1", "100.63.0.1", "2606:4700::1"]) {
    assert.ok(isPublic(open), open);
  }
  for (const inner of ["0.0.0.0", "10.1.2.3", "100.64.0.1", "172.16.0.1", "192.168.0.1",
    "203.0.113.5", "224.0.0.1", "::", "::ffff:8.8.8.8", "fe80::1", "fd00::1", "64:ff9b::a00:1",
    "2001:db8::1", "2002:a00:1::"]) {
    assert.ok(!isPublic(inner), inner);
  }
});

test("a download has time in proportion to its size", async () => {
  const slow = (count) => (_, response) => {
    let left = count;
    const timer = setInterval(() => {
      if (left-- > 0) response.write("x".repeat(100));
      else response.end();
    }, 100);
    response.on("close", () => clearInterval(timer));
  };
  const policy = { timeoutMs: 500, transferRate: 10, tries: 1 };
  const { base } = await serve(slow(8));
  assert.equal((await connected(base, { policy }).run("send")).text.length, 800);
  const late = connected(base, { policy: { ...policy, transferRate: 100_000 } });
  await assert.rejects(late.run("send"), { message: "no complete answer in time" });
});
