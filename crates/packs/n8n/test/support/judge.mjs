/** What n8n says to a pack: its compiler's options, and the rules of its scanner. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { SOURCE_FILE_PATTERNS, analyzePackage } from "@n8n/scan-community-package/scanner/scanner.mjs";

import { modules } from "./pack.mjs";

/** Compiles a pack as its own `build` does. */
export function compile(folder) {
  execFileSync(join(modules, ".bin/tsc"), [], { cwd: folder, stdio: ["ignore", process.stderr, "inherit"] });
}

/** What the scanner objects to: in the source, or in what is published. */
export async function objections(folder) {
  const source = await analyzePackage(folder, SOURCE_FILE_PATTERNS);
  const published = await analyzePackage(folder, ["dist/**/*.js", "package.json"]);
  return [source, published].filter(({ passed }) => !passed).map(({ message, details }) => details ?? message);
}
