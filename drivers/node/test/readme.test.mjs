/** What the READMEs show runs, as it is written, in an empty folder. */

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { build } from "esbuild";

import { serve } from "./support/probe.mjs";
import { snippet, snippets } from "./support/snippets.mjs";

const exec = promisify(execFile);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const README = path("../README.md");
const built = path("../../../target/wasm32-unknown-unknown/release");
const folder = await mkdtemp(join(tmpdir(), "readme-"));
/** A copy, so that nothing is written into the folders that other tests use. */
const driver = join(folder, "drivers/node");
const tarballs = [];
/** Where the `connector` is that the commands name. */
const env = { ...process.env, PATH: `${path("../../../target/release")}:${process.env.PATH}` };
const github = await serve((request, response) => {
  const issue = { id: 1, number: 1, title: "It does not start", created_at: "2026-01-01T00:00:00Z" };
  const answer = request.url.startsWith("/user") ? { id: 7, login: "octocat" }
    : request.method === "POST" ? issue : [issue];
  response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
});

/** Runs commands as they are written, but for where the component is. */
async function shell(commands, cwd) {
  for (const line of commands.trim().split("\n")) {
    const [command] = line.replaceAll("<path>", built).split("#");
    // What that installs is there already.
    if (command.trim() === "npm ci") continue;
    tarballs.push((await exec("sh", ["-c", command], { cwd, env })).stdout.trim().split("\n").at(-1));
  }
}

/** Installs a folder or a tarball, and writes the code beside it. */
async function app(name, code, installed) {
  const place = join(folder, name);
  await mkdir(place);
  await writeFile(join(place, "package.json"), "{}");
  await exec("npm", ["install", "--offline", "--no-audit", "--no-fund", installed], { cwd: place });
  await writeFile(join(place, "main.mjs"), code);
  await cp(path("package/route.mjs"), join(place, "route.mjs"));
  return place;
}

async function run(place) {
  const env = { ...process.env, GITHUB_TOKEN: "token-of-a-test", ROUTES: JSON.stringify([`https://api.github.com=${github.base}`]) };
  return exec(process.execPath, ["--import", "./route.mjs", "main.mjs"], { cwd: place, env });
}

before(async () => {
  await mkdir(driver, { recursive: true });
  for (const name of ["src", "transpile.mjs", "package.json", "package-lock.json"]) {
    await cp(path(`../${name}`), join(driver, name), { recursive: true });
  }
  await symlink(path("../node_modules"), join(driver, "node_modules"));
});

after(() => rm(folder, { recursive: true }));

test("no code of the README is left out here", () => {
  const headings = snippets(README).filter(({ language }) => language === "js").map(({ heading }) => heading);
  assert.deepEqual(headings, ["As a package of one connector", "With any component", "In browsers and edge runtimes", "What may be done", "Components that you do not trust"]);
});

test("a package of one connector", async () => {
  await shell(snippet(README, "As a package of one connector", "shell"), driver);
  const tarball = join(driver, tarballs.find((name) => name.endsWith(".tgz")));
  await run(await app("package", snippet(README, "As a package of one connector"), tarball));
  assert.equal(github.seen.at(-1).method, "POST");
});

test("any component, also one that is not trusted", async () => {
  await shell(snippet(README, "With any component", "shell"), driver);
  const place = await app("any", snippet(README, "With any component"), driver);
  await cp(join(driver, "dist/github_issues"), join(place, "dist/github_issues"), { recursive: true });
  const { stdout } = await run(place);
  assert.match(stdout, /octocat/);
  assert.match(stdout, /It does not start/);
  await writeFile(join(place, "main.mjs"), snippet(README, "What may be done"));
  assert.equal((await run(place)).stdout, "permission\n");
  await writeFile(join(place, "main.mjs"), snippet(README, "Components that you do not trust"));
  assert.match((await run(place)).stdout, /\w/);
});

test("without Node", async () => {
  const place = await app("edge", snippet(README, "In browsers and edge runtimes"), driver);
  await cp(join(driver, "dist/github_issues"), join(place, "dist/github_issues"), { recursive: true });
  // Of a browser's platform, so that whatever is Node's would be refused.
  const main = { entryPoints: [join(place, "main.mjs")], outfile: join(place, "main.mjs"), allowOverwrite: true };
  await build({ ...main, bundle: true, format: "esm", platform: "browser", target: "es2022", loader: { ".wasm": "binary" } });
  assert.equal((await run(place)).stdout, "It does not start\n");
  assert.equal(github.seen.at(-1).headers.authorization, "Bearer ghp_example");
});

test("the commands change no lock file", async () => {
  const { version, lockfileVersion, packages } = JSON.parse(await readFile(path("../package-lock.json"), "utf8"));
  const own = JSON.parse(await readFile(path("../package.json"), "utf8"));
  assert.deepEqual([version, lockfileVersion], [own.version, 3]);
  assert.deepEqual(packages[""].devDependencies, own.devDependencies);
  const lacking = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    .filter((name) => packages[`node_modules/${name}`] === undefined && name.includes("componentize-qjs-binding"));
  assert.deepEqual(lacking, []);
});
