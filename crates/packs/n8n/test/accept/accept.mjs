/**
 * A real n8n with the pack of a component, against the service on this machine. n8n reaches the service
 * through a proxy, so what runs is the pack that people install.
 *
 * node accept.mjs TOOLS [PICTURES], where TOOLS is what `prepare.sh` made
 */

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";

import { emulator } from "../support/emulator.mjs";
import { pack } from "../support/pack.mjs";
import { scenes } from "./headless.mjs";
import { N8n } from "./n8n.mjs";
import { proxy } from "./proxy.mjs";
import { served } from "./served.mjs";

const [tools, pictures] = process.argv.slice(2);
/** Organic work, of ads one record of many and a report, and a trigger for which the service calls. */
const CHOSEN = ["--groups", "Account,Boards,Pins,Trends", "--actions", "campaigns.create,ads_reports.run,leads.received"];
const began = Date.now();
let done = 0;

/** One line for each thing that was shown, with its time. */
async function step(name, run) {
  const from = Date.now();
  const said = await run();
  done += 1;
  console.log(`ok ${done} ${name} (${((Date.now() - from) / 1000).toFixed(1)} s)${said ? `: ${said}` : ""}`);
}

/** What workflows read files from, and send events to. */
async function place() {
  const files = new Map();
  const sent = [];
  const server = createServer(async (request, answer) => {
    if (request.method === "GET") {
      const file = files.get(request.url);
      return answer.writeHead(file ? 200 : 404, { "content-type": file?.type ?? "text/plain" }).end(file?.bytes);
    }
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    sent.push(JSON.parse(Buffer.concat(chunks).toString()));
    answer.end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { files, sent, origin: `http://127.0.0.1:${server.address().port}`, end: () => server.close() };
}

const made = pack("pinterest_connector", CHOSEN, join(tools, "tool/node_modules"));
const service = await emulator();
const here = await place();
const n8n = new N8n(tools);
let between;
try {
  const env = { ...process.env, PATH: `${join(tools, "tool/node_modules/.bin")}:${n8n.bin}:${process.env.PATH}` };
  for (const command of ["lint", "build"]) {
    await step(`n8n-node ${command}`, () => {
      execFileSync("n8n-node", [command], { cwd: made.folder, env, stdio: ["ignore", "pipe", "inherit"] });
    });
  }
  between = await proxy(n8n.home, service.routes);
  n8n.through(between);
  const name = n8n.install(made.folder);
  const about = { n8n, name, service, here, step, between, tools, pictures };
  await scenes(about);
  await served(about);
} catch (error) {
  console.error(n8n.log?.slice(-3000));
  throw error;
} finally {
  await n8n.end();
  between?.end();
  here.end();
  service.end();
  made.remove();
}
console.log(`${done} passed, 0 failed`);
console.log(`in ${((Date.now() - began) / 1000).toFixed(0)} s`);
