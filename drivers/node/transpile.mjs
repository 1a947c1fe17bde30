/** `node transpile.mjs <component.wasm>…`: makes JavaScript of components, in `dist/<name>/`. */

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { transpile } from "@bytecodealliance/jco";

import { checkNames } from "./src/version.mjs";

/** What a component may import: the driver has it. */
const IMPORTS = new Set(["automation:connector/diagnostics"]);

const here = fileURLToPath(import.meta.url);

/**
 * Writes `<name>.js`, its core modules and its types into a folder that is made anew.
 * @param {string} path of the component
 * @param {string} name
 * @param {string} folder
 */
export async function write(path, name, folder) {
  const { files, imports, exports } = await transpile(await readFile(path), {
    name,
    instantiation: "sync",
    wasiShim: false,
  });
  checkNames(exports.map(([name]) => name));
  const others = imports.filter((name) => !IMPORTS.has(name));
  if (others.length > 0)
    throw new Error(`${path} imports ${others.join(", ")}; a connector imports diagnostics, or nothing`);
  await rm(folder, { recursive: true, force: true });
  for (const [file, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), bytes);
  }
}

if (process.argv[1] === here) {
  for (const path of process.argv.slice(2)) {
    const name = basename(path, ".wasm");
    const folder = join(dirname(here), "dist", name);
    await write(path, name, folder);
    // Wherever the folder is taken to, it holds ES modules.
    await writeFile(join(folder, "package.json"), '{"type":"module"}\n');
    console.log(`dist/${name}`);
  }
}
