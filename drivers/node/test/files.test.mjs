/** Which files a connector may read: the cases that all hosts play, and races that no case can hold. */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import promises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";

import { connect, files } from "../src/index.mjs";
import { openBelow } from "../src/folders.mjs";
import { probe } from "./support/probe.mjs";

const path = new URL("../../../tests/files/cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(path, "utf8"));
const root = realpathSync(mkdtempSync(join(tmpdir(), "files-")));
after(() => rmSync(root, { recursive: true }));
const inRoot = (text) => text.replaceAll("{root}", root);

for (const [name, what] of Object.entries(cases.layout)) {
  const place = join(root, name);
  mkdirSync(dirname(place), { recursive: true });
  if (typeof what === "string") writeFileSync(place, what);
  else if (what.folder) mkdirSync(place);
  else if (what.link) symlinkSync(inRoot(what.link), place);
  else execFileSync("mkfifo", [place]);
}

/** What a component hears of a reference; a refusal is its message. */
async function opened({ folders, denied = [], reference }) {
  const blobs = files({ folders: folders.map(inRoot), denied: denied.map(inRoot) });
  const blob = inRoot(reference);
  const range = { blob, offset: 0n, length: 1000, checkpoint: new Uint8Array() };
  try {
    const { tag, val } = await connect(probe(), { blobs }).look(range, { input: [blob] });
    return tag === "chunk" ? { read: val.data.toString() } : "unreadable";
  } catch (error) {
    assert.equal(error.rule, "blob", error.stack);
    return { refused: error.message.replace(JSON.stringify(blob), "") };
  }
}

for (const file of cases.files) {
  test(`a file: ${file.name}`, async () => {
    const outcome = await opened(file);
    assert.deepEqual(outcome.refused === undefined ? outcome : "refused", file.outcome);
  });
}

test("nobody learns what is outside of the folders", async () => {
  for (const names of cases.alike) {
    const all = await Promise.all(names.map((name) => opened(cases.files.find((it) => it.name === name))));
    assert.equal(new Set(all.map(({ refused }) => refused)).size, 1, names.join());
  }
});

for (const { name, input, reference, usable } of cases.claims) {
  test(`a claim: ${name}`, async () => {
    const asked = [];
    const blobs = {
      open: (reference) => {
        asked.push(reference);
        return { size: 0, stream: (async function* () {})() };
      },
      save: async () => "saved:1",
    };
    const read = { blob: reference, offset: 0n, length: 1, checkpoint: new Uint8Array() };
    const component = probe({ start: () => ({ tag: "read", val: read }) });
    component.steps.resume = () => ({ tag: "done", val: { output: "1" } });
    const run = connect(component, { blobs }).run("send", input);
    if (usable) assert.equal(await run, 1);
    else await assert.rejects(run, { rule: "blob" });
    assert.deepEqual(asked, usable ? [reference] : []);
  });
}

test("a folder that becomes a link while a file is opened leads nowhere", async () => {
  const [folder, inner] = [join(root, "race"), join(root, "race/inner")];
  mkdirSync(inner, { recursive: true });
  mkdirSync(join(root, "elsewhere"));
  writeFileSync(join(inner, "a"), "fine");
  writeFileSync(join(root, "elsewhere/a"), "private");
  const { open } = promises;
  const swapped = (after) => async (...args) => {
    const undo = () => {
      rmSync(inner);
      renameSync(join(folder, "away"), inner);
    };
    renameSync(inner, join(folder, "away"));
    symlinkSync(join(root, "elsewhere"), inner);
    const handle = await open(...args);
    if (after) undo();
    return handle;
  };
  try {
    for (const back of [true, false]) {
      promises.open = swapped(back);
      syncBuiltinESMExports();
      await assert.rejects(openBelow(join(inner, "a"), { folders: [folder] }), { rule: "blob" });
    }
  } finally {
    promises.open = open;
    syncBuiltinESMExports();
  }
});

test("a file that is another one when it is read is not sent", async () => {
  const file = join(root, "allowed/changing");
  writeFileSync(file, "one");
  const { stream } = await files({ folders: [join(root, "allowed")] }).open(file);
  writeFileSync(`${file}.new`, "two");
  renameSync(`${file}.new`, file);
  await assert.rejects(async () => { for await (const _ of stream); }, /changed while it was sent/);
});

test("a call uses and saves only so many blobs", async () => {
  const reads = (count) => {
    const component = probe({ start: () => read(0) });
    const read = (index) => ({ tag: "read", val: { blob: `data:,${index}`, offset: 0n, length: 1, checkpoint: Buffer.from(String(index)) } });
    component.steps.resume = (checkpoint) => {
      const next = Number(Buffer.from(checkpoint)) + 1;
      return next < count ? read(next) : { tag: "done", val: { output: "1" } };
    };
    const input = { all: Array.from({ length: count }, (_, index) => `data:,${index}`) };
    return connect(component, { policy: { blobs: 5 } }).run("send", input);
  };
  assert.equal(await reads(5), 1);
  await assert.rejects(reads(6), { rule: "blob" });
});
