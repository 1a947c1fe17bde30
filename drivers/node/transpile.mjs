/** `node transpile.mjs <component.wasm>…`: makes JavaScript of components, in `dist/<name>/`. */

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { transpile } from "@bytecodealliance/jco";

const dist = fileURLToPath(new URL("dist/", import.meta.url));

for (const path of process.argv.slice(2)) {
  const name = basename(path, ".wasm");
  const { files, imports } = await transpile(await readFile(path), {
    name,
    instantiation: "sync",
    wasiShim: false,
  });
  if (imports.length > 0)
    throw new Error(`${path} imports ${imports.join(", ")}; a connector imports nothing`);
  const folder = join(dist, name);
  await rm(folder, { recursive: true, force: true });
  for (const [file, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), bytes);
  }
  console.log(`dist/${name}`);
}
