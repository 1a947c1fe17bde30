/** The npm package: packed, installed into an empty folder, and used there against the emulator. */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { transform } from "esbuild";

import { snippet } from "./support/snippets.mjs";

const exec = promisify(execFile);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const built = path("../../../target/wasm32-unknown-unknown/release");
const program = path("../../../target/release/connector");
const folder = await mkdtemp(join(tmpdir(), "package-"));
const app = join(folder, "app");
let emulator;
let told;

before(async () => {
  const component = join(built, "pinterest_connector.wasm");
  await exec(program, ["--component", component, "pack", "npm", "--out", join(folder, "package")]);
  await mkdir(app);
  await writeFile(join(app, "package.json"), "{}");
  const npm = (...args) => exec("npm", [...args, "--offline", "--no-audit", "--no-fund"], { cwd: app });
  const { stdout } = await npm("pack", "--json", "--pack-destination", folder, join(folder, "package"));
  await npm("install", join(folder, JSON.parse(stdout)[0].filename));
  await cp(path("package"), app, { recursive: true });

  const options = ["emulator", "--json", "--component", component, "--state", join(folder, "state")];
  emulator = spawn(program, options, { stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface(emulator.stdout)) {
    told = line;
    break;
  }
});

after(async () => {
  emulator?.kill();
  await rm(folder, { recursive: true });
});

const run = (script) => exec(process.execPath, [join(app, script), told, process.version]);

test("nothing else is installed with it", async () => {
  const there = await readdir(join(app, "node_modules"));
  assert.deepEqual(there.filter((name) => !name.startsWith(".")), ["pinterest-connector"]);
  const text = await readFile(join(app, "node_modules/pinterest-connector/package.json"), "utf8");
  assert.deepEqual(Object.keys(JSON.parse(text)).filter((key) => /dependencies|scripts/i.test(key)), []);
});

test("an ES module uses it", () => run("use.mjs"));

test("CommonJS loads it at once, also in worker threads", () => run("use.cjs"));

test("inputs and outputs have types", async () => {
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2022"];
  const { default: { bin } } = await import("typescript/package.json", { with: { type: "json" } });
  const tsc = join(path("../node_modules/typescript"), bin.tsc);
  const files = ["flows.mts", "types.mts", "types.cts"].map((name) => join(app, name));
  await exec(process.execPath, [tsc, ...options, "--types", "", ...files], { cwd: app })
    .catch(({ stdout }) => assert.fail(stdout));
});

test("what its README shows runs as it is written", async () => {
  const { access_token: token, routes } = JSON.parse(told);
  const env = { ...process.env, ACCESS_TOKEN: token, ROUTES: JSON.stringify(routes) };
  const code = snippet(join(app, "node_modules/pinterest-connector/README.md"), "Pinterest connector");
  await writeFile(join(app, "shown.mjs"), code);
  const { stdout } = await exec(process.execPath, ["--import", "./route.mjs", "shown.mjs"], { cwd: app, env });
  assert.match(stdout, /\w/);
});

test("flows that chain outputs into inputs run as they are typed", async () => {
  const { code } = await transform(await readFile(path("package/flows.mts"), "utf8"), { loader: "ts" });
  await writeFile(join(app, "flows.mjs"), code);
  assert.equal((await run("run-flows.mjs")).stdout, "12 flows\n");
});

test("it holds the licences", async () => {
  for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) {
    const installed = await readFile(join(app, "node_modules/pinterest-connector", name), "utf8");
    assert.equal(installed, await readFile(path(`../../../${name}`), "utf8"));
  }
});
