/** Files on their way into requests, out of answers, and under the eyes of a component. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, mock, test } from "node:test";

import { connect, files } from "../src/index.mjs";
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
  connect(probe(), { blobs: store }).look({ blob, offset, length, checkpoint: new Uint8Array() });
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
  let received = 0;
  const { base } = await serve((request, response) => response.end());
  const chunk = new Uint8Array(1 << 20);
  const size = 300 << 20;
  let peak = 0;
  const stream = async function* () {
    for (let sent = 0; sent < size; sent += chunk.length) {
      peak = Math.max(peak, process.memoryUsage.rss());
      yield chunk;
    }
  };
  const blobs = { open: () => ({ size, stream: stream() }), save: async () => "" };
  const http = async (url, { body, headers }) => {
    for await (const part of body) received += part.length;
    assert.equal(headers.get("content-length"), String(size));
    return new Response("{}");
  };
  const before = process.memoryUsage.rss();
  await connected(base, { blobs, http }).run("send", pieces({ tag: "blob", val: "1" }));
  assert.equal(received, size);
  assert.ok(peak - before < 100 << 20, `${(peak - before) >> 20} MiB more than before`);
});

test("a component looks at a part of a file", async () => {
  const part = async (offset, length) => (await look(film, offset, length)).val;
  assert.deepEqual(await part(100_000, 3), {
    data: bytes.subarray(100_000, 100_003),
    size: bytes.length,
    name: "film.mp4",
  });
  assert.deepEqual((await part(199_999, 1000)).data, bytes.subarray(199_999));
  assert.equal((await part(200_000, 1)).data.length, 0);
  assert.deepEqual(await look("data:,hello", 1, 3), {
    tag: "chunk",
    val: { data: Buffer.from("ell"), size: 5, name: undefined },
  });
});

test("what cannot be read is told without contents and signatures", async () => {
  const told = async (reference) => (await look(reference, 0, 1)).val;
  assert.equal(await told(join(folder, "none")), `"${folder}/none": ENOENT`);
  assert.match(await told(join(outer, "private")), /not below an allowed folder$/);
  assert.match(await told(join(folder, "..", "private")), /not below an allowed folder$/);
  assert.match(await told(join(folder, "link")), /not below an allowed folder$/);
  assert.match(await told(folder), /not below|not a file/);
  assert.equal(
    await told("https://files.example.com/a?signature=1"),
    '"https://files.example.com/a": no addresses are opened here',
  );
  assert.match(await told(`data:text/plain;base64,${"!".repeat(50)}`), /^the data URI: /);
  assert.match((await look("data:,a", 0, 1, files())).tag, /chunk/);
});

test("a look is 1 MiB at most, and begins at a whole number", async () => {
  for (const [offset, length] of [[0, (1 << 20) + 1], [-1, 1], [0.5, 1]]) {
    const range = { blob: "1", offset, length, checkpoint: new Uint8Array() };
    const component = probe({ start: () => ({ tag: "read", val: range }) });
    await assert.rejects(connect(component).run("send"), { rule: "contract" });
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
    return { tag: "read", val: { blob: saved.blob, offset: 0, length: 100, checkpoint } };
  };
  const { val } = await connected(base, { blobs: files({ saves }) }, component)
    .run("send", { save: true });
  assert.equal(Buffer.from(val.data).toString(), "a [secret] b");
  assert.equal(saved.headers.find(({ name }) => name === "x-rows").value, "2");
  assert.ok(saved.blob.startsWith(saves) && !existsSync(saved.blob));
});

test("only a success is saved, and no more than the policy allows", async () => {
  const saves = join(outer, "limited");
  const { base } = await serve(answer(404, "none"), answer(200, "x".repeat(11)));
  const connector = connected(base, { blobs: files({ saves }), policy: { savedBytes: 10 } });
  assert.equal((await connector.run("send", { save: true })).text, "none");
  await assert.rejects(connector.run("send", { save: true }), { rule: "response-size" });
  assert.deepEqual(await readdir(saves), []);
});

test("a saved answer stays for an engine that runs the loop itself", async () => {
  const { base } = await serve(answer(200, "rows"));
  const connector = connected(base, { blobs: files({ saves: join(outer, "kept") }) });
  const { request } = connector.start.action("send", { save: true }).val;
  const { val } = await connector.send(request);
  assert.equal(await readFile(val.blob, "utf8"), "rows");
});

test("addresses are opened where that is allowed, with and without ranges", async (t) => {
  const ranges = (request, response) => {
    const [, start, end] = request.headers.range.match(/bytes=(\d+)-(\d*)/);
    if (start >= bytes.length) {
      return response.writeHead(416, { "content-range": `bytes */${bytes.length}` }).end();
    }
    const part = bytes.subarray(start, end ? Number(end) + 1 : undefined);
    response.writeHead(206, { "content-range": `bytes ${start}-/${bytes.length}` }).end(part);
  };
  const whole = (_, response) => response.setHeader("content-length", bytes.length).end(bytes);
  const unknown = (_, response) => response.write("a", () => response.end());
  const store = files({ https: true });
  const fetched = globalThis.fetch;
  t.after(() => mock.restoreAll());
  for (const handler of [ranges, whole, unknown]) {
    const { base } = await serve(handler);
    mock.method(globalThis, "fetch", async (address, init) => {
      const response = await fetched(address.replace("https://files.example.com", base), init);
      return Object.defineProperty(response, "url", { value: address });
    });
    const { tag, val } = await look("https://files.example.com/a/b.mp4?x=1", 1000, 10, store);
    if (handler === unknown) {
      assert.deepEqual([tag, val.split(": ")[1]], ["undelivered", "its size is not known"]);
      continue;
    }
    const data = bytes.subarray(1000, 1010);
    assert.deepEqual([tag, val], ["chunk", { data, size: bytes.length, name: "b.mp4" }]);
    const end = await look("https://files.example.com/a", bytes.length, 10, store);
    assert.deepEqual([end.val.size, end.val.data.length], [bytes.length, 0]);
  }
});
