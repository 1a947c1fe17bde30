/** The package of a connector, made and installed in an empty folder, and the service on this machine. */

import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const exec = promisify(execFile);
export const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

const TARGET = path("../../../../../target");
const program = join(TARGET, "release/connector");

/** @param {string} component its name */
export async function packed(component) {
  const folder = await mkdtemp(join(tmpdir(), "npm-"));
  after(() => rm(folder, { recursive: true }));
  const [made, app] = [join(folder, "package"), join(folder, "app")];
  const wasm = join(TARGET, "wasm32-unknown-unknown/release", `${component}.wasm`);
  await exec(program, ["--component", wasm, "pack", "npm", "--out", made]);
  await mkdir(app);
  await writeFile(join(app, "package.json"), '{"type":"module"}');
  const { stdout } = await exec("npm", ["pack", "--json", "--pack-destination", folder, made]);
  const tarball = join(folder, JSON.parse(stdout)[0].filename);
  await exec("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: app });
  return { folder, made, app, tarball };
}

/** Starts it, and gives the options that lead a connection to it. */
export async function emulator() {
  const child = spawn(program, ["--json", "emulator"], { stdio: ["ignore", "pipe", "inherit"] });
  after(() => child.kill());
  const [line] = await once(createInterface(child.stdout), "line");
  const { access_token: token, routes } = JSON.parse(line);
  return { token, routes: Object.fromEntries(routes.map((route) => route.split("="))) };
}
