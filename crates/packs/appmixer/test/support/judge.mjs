/** Appmixer's command line, a pack, and an emulator of the service to run them against. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const repository = fileURLToPath(new URL("../../../../../", import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(repository, "target");
export const connector = join(target, "release/connector");
const folder = join(createRequire(import.meta.url).resolve("appmixer/package.json"), "..");
const preload = fileURLToPath(new URL("service-configuration.cjs", import.meta.url));

/** A folder that is gone when the process ends. */
export function scratch() {
  const folder = mkdtempSync(join(tmpdir(), "appmixer-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The pack of a component, in a new folder. */
export async function pack(component = "pinterest_connector") {
  const wasm = join(target, `wasm32-unknown-unknown/release/${component}.wasm`);
  const out = join(scratch(), "pack");
  const made = await run(connector, ["--component", wasm, "pack", "appmixer", "--all", "--out", out]);
  if (made.code !== 0) throw new Error(made.text);
  return join(out, "connector");
}

/** What `connector emulator` says about itself, and a door to change what it holds. */
export async function emulator() {
  const child = spawn(connector, ["--json", "emulator", "--consent", "allow"], { stdio: ["ignore", "pipe", "inherit"] });
  process.on("exit", () => child.kill());
  const [line] = await once(createInterface(child.stdout), "line");
  const facts = JSON.parse(line);
  // Neither the emulator nor what it might still say keeps a test from ending.
  child.unref();
  child.stdout.unref();
  const door = async (path, body, method = "POST") => {
    const headers = { "content-type": "application/json" };
    const url = `${facts.origin}/emulator/${path}`;
    const answer = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return text && JSON.parse(text);
  };
  return { ...facts, door };
}

/** The command line, with a home and a service configuration of its own. */
export async function appmixer(serviceConfiguration) {
  const home = scratch();
  const port = await freePort();
  const env = {
    ...process.env,
    // Without a desktop, `open` asks this program to show a page.
    BROWSER: "true",
    GRIDD_URL: `http://localhost:${port}`,
    NODE_OPTIONS: `--require ${preload}`,
    SERVICE_CONFIGURATION: JSON.stringify(serviceConfiguration),
    TEST_SERVER_URL: `http://localhost:${port}`,
    XDG_CONFIG_HOME: home,
  };
  const store = join(home, "configstore/appmixer.json");
  mkdirSync(join(store, ".."));
  // What `appmixer login` would leave there: components are tested in some user's name.
  writeFileSync(store, JSON.stringify({ user: { id: "000000000000000000000001" } }));
  return {
    server: env.TEST_SERVER_URL,
    /**
     * Runs a command, such as `test component`: the program that `appmixer` itself would start.
     * `seen(text, stop)` is told what it has printed so far.
     */
    run: (command, args, seen) => {
      const program = join(folder, `appmixer-${command.replaceAll(" ", "-")}.js`);
      return run(process.execPath, [program, ...args], { env, seen });
    },
    /** Another service configuration from now on. */
    configure: (configuration) => (env.SERVICE_CONFIGURATION = JSON.stringify(configuration)),
    /** What the command line keeps: tokens and the like, by service. */
    stored: () => JSON.parse(readFileSync(store, "utf8")),
  };
}

/** Runs a program to its end; `stop` is Ctrl-C. */
async function run(program, args, { env = process.env, seen } = {}) {
  const child = spawn(program, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  const stop = () => child.kill("SIGINT");
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
      seen?.(text, stop);
    });
  }
  const [code] = await once(child, "close");
  // Colours would come between the words.
  return { code, text: text.replaceAll(/\x1b\[[0-9;]*m/g, "") };
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}
