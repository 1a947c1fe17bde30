#!/usr/bin/env node
/** Runs the program of this system, which npm has installed beside this package. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const { platform, arch } = process;
const system = `${platform}-${arch}`;
// A Node on glibc says which one.
const glibc = platform === "linux" && process.report.getReport().header.glibcVersionRuntime;
const names = platform !== "linux" ? [system] : glibc ? [`${system}-glibc`, `${system}-musl`] : [`${system}-musl`];
const file = platform === "win32" ? "connector.exe" : "connector";
const require = createRequire(import.meta.url);
const places = names.flatMap((name) => {
  try {
    return [join(dirname(require.resolve(`connector-cli-${name}/package.json`)), file)];
  } catch {
    return [];
  }
});
const program = places.find((place) => existsSync(place));
if (!program) {
  console.error(`There is no connector-cli-${names.join(" and no connector-cli-")} here. Where npm leaves out optional`
    + " dependencies (--omit=optional), it cannot run; for a system without one, build it from its sources.");
  process.exit(1);
}

const env = { CONNECTOR_COMPONENT: join(here, "@COMPONENT@"), ...process.env };
const child = spawn(program, process.argv.slice(2), { stdio: "inherit", env });
// A terminal sends Ctrl-C to both; what is sent to this process alone is passed on. The program decides.
process.on("SIGINT", () => {});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`cannot run ${program}: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  if (!signal) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
