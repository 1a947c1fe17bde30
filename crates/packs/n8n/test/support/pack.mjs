/** The pack, made anew by the command line, and built as n8n's own tool does it. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const target = fileURLToPath(new URL("../../../../../target/", import.meta.url));

/** Where npm put what this folder is developed with. */
export const modules = fileURLToPath(new URL("../node_modules", import.meta.url));

/** The command. */
export const connector = join(target, "release/connector");

/** A component of this repository. */
export const component = (name) => join(target, `wasm32-unknown-unknown/release/${name}.wasm`);

/**
 * Makes a pack of a component in a folder of its own.
 * @param {string} name of the component
 * @param {string[]} [more] arguments
 * @param {string} [packages] what the pack is built with
 */
export function pack(name, more = [], packages = modules) {
  const folder = mkdtempSync(join(tmpdir(), "n8n-"));
  const made = ["--component", component(name), "pack", "n8n", ...more, "--out", folder];
  execFileSync(connector, made, { stdio: ["ignore", "ignore", "inherit"] });
  symlinkSync(packages, join(folder, "node_modules"));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** What a component says about itself. */
export const manifest = (name) =>
  JSON.parse(execFileSync(connector, ["--component", component(name), "inspect", "--json"], {
    maxBuffer: 1 << 26,
  }));
