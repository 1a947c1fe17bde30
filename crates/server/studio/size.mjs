// Compresses what is large, says how large the script is as it is sent, and fails when it is larger than it
// may be.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 400 * 1024;
const folder = new URL("dist/assets/", import.meta.url);
for (const name of readdirSync(folder).filter((name) => /\.(js|css)$/.test(name))) {
  writeFileSync(new URL(`${name}.gz`, folder), gzipSync(readFileSync(new URL(name, folder)), { level: 9 }));
}
const scripts = readdirSync(folder).filter((name) => name.endsWith(".js"));
const size = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, folder))).length, 0);
console.log(`script: ${(size / 1024).toFixed(1)} KB gzipped, at most ${LIMIT / 1024}`);
if (scripts.length === 0 || size > LIMIT) process.exit(1);
