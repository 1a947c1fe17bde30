/** A component in a worker: it does what it does here, and cannot take the thread or the memory. */

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { ConnectorError, connect, load } from "../src/index.mjs";
import { limited } from "../src/memory.mjs";
import { answer, serve } from "./support/probe.mjs";

const example = await load(new URL("../dist/github_issues", import.meta.url));
const REPOSITORY = { repository: "octocat/hello-world" };
const work = await mkdtemp(join(tmpdir(), "isolate-"));
after(() => rm(work, { recursive: true }));

/** A component whose action does what its input says. */
const HOSTILE = `
  const fail = () => { throw new Error("none"); };
  const texts = (count, length) => {
    const bytes = new Uint8Array(length), decoder = new TextDecoder();
    return Array.from({ length: count }, () => decoder.decode(bytes));
  };
  const done = (value) => ({ tag: "done", val: { output: JSON.stringify(value) } });
  export const instantiate = () => ({
    connection: { describe: () => ({ id: "hostile", environments: [], origins: [], credentials: [], requires: [] }), test: fail, choices: fail },
    actions: {
      listActions: () => [], describe: fail, choices: fail,
      start: (id, input) => {
        const { loop, heap, text, exit } = JSON.parse(input);
        if (exit) process.exit(3);
        while (loop) ;
        if (heap) { const all = []; for (;;) all.push({ all }); }
        if (text) texts(text, 1 << 20);
        return done(Object.keys(process.env).length);
      },
    },
    triggers: { listTriggers: () => [], describe: fail, start: fail, choices: fail },
    steps: { resume: fail },
  });
`;
await mkdir(join(work, "hostile"));
await writeFile(join(work, "hostile/hostile.js"), HOSTILE);
await writeFile(join(work, "hostile/package.json"), '{"type":"module"}');
const hostile = await load(join(work, "hostile"));

test("calls give the same as on this thread", async () => {
  const issues = JSON.stringify([{ id: 1, number: 2 }]);
  const { base } = await serve(answer(200, issues));
  const options = { credentials: { token: "t" }, routes: { "https://api.github.com": base } };
  const here = connect(example, options);
  const there = await connect(example, { ...options, isolate: true });
  assert.deepEqual(await there.run("issues.list", REPOSITORY), await here.run("issues.list", REPOSITORY));
  assert.deepEqual(there.actions(), here.actions());
  assert.deepEqual(await there.describe("issues.list"), here.describe("issues.list"));
  assert.deepEqual(await there.triggers(), here.triggers());
  const step = await there.start.action("issues.list", REPOSITORY);
  assert.deepEqual(step.val.request.method, { tag: "get" });
  const failed = (connector) => connector.run("issues.create", { repository: 1 }).catch((error) => error);
  const [one, other] = await Promise.all([there, here].map(failed));
  assert.ok(one instanceof ConnectorError);
  assert.deepEqual({ ...one }, { ...other });
  assert.equal(one.message, other.message);
});

test("one that never returns ends, this thread goes on, and so does the next call", async () => {
  const connector = await connect(hostile, { isolate: { callMs: 300 } });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const [loop, waiting] = await Promise.allSettled([
    connector.run("x", { loop: true }), connector.run("x"),
  ]);
  clearInterval(timer);
  assert.deepEqual([loop.reason.rule, loop.reason.message],
    ["trap", "the component did not return within 300 ms"]);
  assert.ok(ticks > 0, "this thread was blocked");
  assert.equal(waiting.value, 0, "and the environment is empty there");
});

test("one that fills the heap, or gives texts without end, ends", async () => {
  const connector = await connect(hostile, { isolate: { callMs: 60_000, heapMb: 64 } });
  await assert.rejects(connector.run("x", { heap: true }), { rule: "trap" });
  const large = await connect(hostile, { isolate: { callMs: 60_000, heapMb: 1024 } });
  await assert.rejects(large.run("x", { text: 4096 }), { rule: "trap", message: /bytes of text/ });
  await assert.rejects(connector.run("x", { exit: true }), { rule: "trap" });
  assert.equal(await connector.run("x"), 0);
});

test("what no folder holds cannot be in a worker", async () => {
  await assert.rejects(connect(() => hostile(), { isolate: true }), /takes a component that `load` gave/);
});

test("a memory has an upper limit, and an own one is kept below it", async () => {
  const module = (limits) => Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 5, limits.length + 1, 1, ...limits,
    7, 5, 1, 1, 109, 2, 0]);
  const grown = async (limits, pages) => {
    const { instance } = await WebAssembly.instantiate(limited(module(limits), 10 * 65536));
    return instance.exports.m.grow(pages);
  };
  assert.equal(await grown([0, 1], 9), 1);
  await assert.rejects(grown([0, 1], 10), RangeError);
  await assert.rejects(grown([1, 1, 200, 1], 10), RangeError);
  await assert.rejects(grown([1, 1, 3], 3), RangeError);
  await assert.rejects(grown([0, 11], 0), { rule: "contract" });
  await assert.rejects(grown([4, 1], 0), { rule: "contract" });
});
