/** Loads a component from a folder. */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { maker } from "./instance.mjs";

/** @import { Maker } from "./instance.mjs" */

/**
 * What `transpile.mjs` wrote.
 * @param {string | URL} folder
 * @returns {Promise<Maker>}
 */
export async function load(folder) {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  const { instantiate } = await import(pathToFileURL(`${path}/${basename(path)}.js`).href);
  const worker = { script: new URL("./worker.mjs", import.meta.url), data: { folder: path } };
  return Object.assign(maker(instantiate, (name) => readFileSync(`${path}/${name}`)), { worker });
}
