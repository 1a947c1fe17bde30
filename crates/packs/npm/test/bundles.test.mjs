/** Bundles for each kind of runtime list and create against the emulator, each from the package's entry for it. */

import assert from "node:assert/strict";
import { cp, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { EdgeVM } from "@edge-runtime/vm";
import { build } from "esbuild";
import { Miniflare } from "miniflare";

import { emulator, exec, packed, path } from "./support/package.mjs";

const { app, folder } = await packed("pinterest_connector");
await cp(path("."), app, { recursive: true });
const service = await emulator();
const told = (name) => JSON.stringify({ ...service, name });
/** Why a browser is not tried, if there is none. */
const browserless = await exec("sh", ["-c", "command -v chromium && command -v chromedriver && command -v python3"])
  .then(() => false, () => "there is no chromium with chromedriver and Python on this machine");
const RIGHT = { made: true, failed: "not-found" };

/** Bundles one of the programs; gives the folder that it is in. */
async function bundle(name, program, options) {
  const outdir = join(folder, name);
  const { metafile } = await build({
    entryPoints: [join(app, program)], outdir, bundle: true, format: "esm", metafile: true, logLevel: "warning",
    outExtension: { ".js": ".mjs" }, ...options,
  });
  return { outdir, inputs: Object.keys(metafile.inputs) };
}

/** Whether the entry is in the bundle, and nothing of Node. */
function isOf(inputs, entry) {
  assert.ok(inputs.some((input) => input.endsWith(`pinterest-connector/${entry}`)), entry);
  if (entry !== "node.mjs") assert.deepEqual(inputs.filter((input) => /files\.mjs|isolate\.mjs|web\.mjs/.test(input)), []);
}

test("Node, far from the package", async () => {
  const { outdir, inputs } = await bundle("node", "use.mjs", { platform: "node" });
  isOf(inputs, "node.mjs");
  const text = `import { use } from "./use.mjs"; console.log(JSON.stringify(await use(${told("Of Node")})));`;
  await writeFile(join(outdir, "main.mjs"), text);
  const { stdout } = await exec(process.execPath, [join(outdir, "main.mjs")], { cwd: outdir });
  assert.deepEqual(JSON.parse(stdout), RIGHT);
});

test("Chromium", { skip: browserless }, async () => {
  const { outdir, inputs } = await bundle("browser", "page.mjs", { platform: "browser", minify: true, target: "es2022" });
  isOf(inputs, "browser.mjs");
  const { stdout } = await exec("python3", [path("browser.py"), join(outdir, "page.mjs"), told("Of a browser")]);
  assert.deepEqual(JSON.parse(stdout), RIGHT);
});

test("workerd, with modules that are compiled when it is deployed", async () => {
  const { outdir, inputs } = await bundle("worker", "worker.mjs", {
    platform: "browser", conditions: ["workerd", "worker"], loader: { ".wasm": "copy" },
  });
  isOf(inputs, "workerd.mjs");
  const wasm = (await readdir(outdir)).filter((name) => name.endsWith(".wasm"));
  assert.equal(wasm.length, 1);
  const worker = new Miniflare({
    modulesRoot: outdir,
    modules: [
      { type: "ESModule", path: join(outdir, "worker.mjs") },
      ...wasm.map((name) => ({ type: /** @type {const} */ ("CompiledWasm"), path: join(outdir, name) })),
    ],
    compatibilityDate: "2026-01-01",
    bindings: { EMULATOR: told("Of workerd") },
  });
  try {
    const answer = await worker.dispatchFetch("http://worker.example/");
    const text = await answer.text();
    assert.equal(text, JSON.stringify(RIGHT));
  } finally {
    await worker.dispose();
  }
});

test("Vercel's edge runtime, with modules that it gives", async () => {
  /** As that platform does: such an import is a module that is compiled. */
  const given = {
    name: "module",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /\.wasm\?module$/ }, ({ path }) => ({ path, namespace: "module" }));
      onLoad({ filter: /.*/, namespace: "module" }, () => ({ contents: "export default COMPILED;" }));
    },
  };
  const { outdir, inputs } = await bundle("edge", "use.mjs", {
    platform: "browser", conditions: ["edge-light"], plugins: [given], format: "iife", globalName: "bundle",
  });
  isOf(inputs, "edge-light.mjs");
  const core = join(app, "node_modules/pinterest-connector/component/component.core.wasm");
  const COMPILED = new WebAssembly.Module(await readFile(core));
  const vm = new EdgeVM({ extend: (context) => Object.assign(context, { COMPILED }) });
  vm.evaluate(await readFile(join(outdir, "use.mjs"), "utf8"));
  assert.deepEqual({ ...(await vm.evaluate(`bundle.use(${told("Of an edge")})`)) }, RIGHT);
});
