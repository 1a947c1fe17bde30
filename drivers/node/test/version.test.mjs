/** Components of another version of the contract, and the one import that a component may have. */

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { componentEmbed, componentNew } from "@bytecodealliance/jco";

import { connect, load } from "../src/index.mjs";
import { maker } from "../src/instance.mjs";
import { VERSION, checkNames } from "../src/version.mjs";
import { write } from "../transpile.mjs";
import { probe } from "./support/probe.mjs";

const WIT = new URL("../../../wit/", import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "version-"));
after(() => rmSync(folder, { recursive: true }));

/** A component that does nothing, of a world of this package. */
async function dummy(name, world, version = VERSION) {
  const all = readdirSync(WIT).map((file) => readFileSync(new URL(file, WIT), "utf8")).join("\n");
  const [declared] = /^package .*;$/m.exec(all);
  const text = `${declared}\n${all.replace(declared, "")}\nworld dummy { ${world} }`;
  const witSource = text.replaceAll(VERSION, version);
  const path = join(folder, `${name}.wasm`);
  writeFileSync(path, await componentNew(await componentEmbed({ dummy: true, witSource, world: "dummy" }), []));
  return path;
}

test("a component of another version is refused by one sentence that names both", () => {
  const old = { ...probe(), "automation:connector/actions@0.1.0": {} };
  assert.throws(() => connect(() => old), {
    rule: "contract", message: /^the component speaks automation:connector@0\.1\.0, and this driver automation:connector@0\.2\.0: /,
  });
  assert.throws(() => checkNames(["automation:connector/types@0.3.0"]), { rule: "contract" });
  assert.throws(() => checkNames(["automation:connector/types@1.0.0"]), { rule: "contract" });
  checkNames(["automation:connector/types@0.2.7", "example:other/thing@9.0.0", "actions"]);
});

test("what is made of a component says so too", async () => {
  const old = await dummy("old", "include connector;", "0.3.0");
  await assert.rejects(write(old, "old", join(folder, "old")), { rule: "contract", message: /@0\.3\.0, and this driver/ });
  const other = await dummy("other", "include connector; import odd: func();");
  await assert.rejects(write(other, "other", join(folder, "other")), /imports .*; a connector imports diagnostics, or nothing/);
  const words = await dummy("words", "include connector; include with-diagnostics;");
  await write(words, "words", join(folder, "words"));
  writeFileSync(join(folder, "words/package.json"), '{"type":"module"}');
  assert.ok((await load(join(folder, "words")))().actions);
});

/** A core module with one section. */
const core = (...section) => Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section]);
/** A global whose value is a sum: what a WebAssembly of 2023 and later has. */
const SUM = core(6, 9, 1, 0x7f, 0, 0x41, 1, 0x41, 2, 0x6a, 0x0b);

test("an engine that lacks what a component is made of says so, and what to do", () => {
  const loaded = (bytes) => connect(maker((compile) => (compile("core.wasm"), probe()), () => bytes));
  assert.throws(() => loaded(core(0x7f, 1, 0)), { rule: "engine", message: /^this engine does not compile the component \(.+\)$/ });
  if (WebAssembly.validate(SUM)) return loaded(SUM);
  assert.throws(() => loaded(SUM), {
    rule: "engine", message: /\): use Node 22 or newer, or start this one with --experimental-wasm-extended-const$/,
  });
});

test("the version is that of the contract", () => {
  const world = readFileSync(new URL("world.wit", WIT), "utf8");
  assert.match(world, new RegExp(`^package automation:connector@${VERSION.replaceAll(".", "\\.")};`, "m"));
});

test("the last words of a component are in the error when it traps, and only then", async () => {
  const make = maker((_, imports) => {
    const { lastWords } = imports["automation:connector/diagnostics"];
    return probe({
      start: (id, input) => {
        const { words, traps } = JSON.parse(input);
        for (const word of words) lastWords(word);
        if (traps) throw new WebAssembly.RuntimeError("unreachable");
        return { tag: "done", val: { output: "1" } };
      },
    });
  }, () => new Uint8Array());
  const connector = connect(make);
  assert.equal(await connector.run("send", { words: ["forgotten"] }), 1);
  const told = async (...words) => (await connector.run("send", { words, traps: true }).catch((error) => error)).message;
  assert.equal(await told("a", "b"), "the component trapped: unreachable; its last words: a\nb");
  assert.equal(await told(), "the component trapped: unreachable");
  const long = await told("x".repeat(9000), "ä".repeat(4000));
  assert.ok(long.endsWith(`x\n${"ä".repeat(4000)}`) && long.length < 4400, `${long.length}`);
});
