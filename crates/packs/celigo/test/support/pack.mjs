/** The pack, made anew by the command line. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const target = fileURLToPath(new URL("../../../../../target/", import.meta.url));

/** The command. */
export const connector = join(target, "release/connector");

/** A component of this repository. */
export const component = (name) => join(target, `wasm32-unknown-unknown/release/${name}.wasm`);

/**
 * Makes a pack of a component in a folder of its own.
 * @param {string} name of the component
 */
export function pack(name) {
  const folder = mkdtempSync(join(tmpdir(), "celigo-"));
  const made = ["--component", component(name), "pack", "celigo", "--all", "--out", folder];
  execFileSync(connector, made, { stdio: ["ignore", "ignore", "inherit"] });
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** What a component says about itself. */
export const manifest = (name) =>
  JSON.parse(execFileSync(connector, ["--component", component(name), "inspect", "--json"], {
    maxBuffer: 1 << 26,
  }));
