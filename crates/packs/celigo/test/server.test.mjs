/** The module as a server, as the platform calls a stack. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { emulator } from "./support/emulator.mjs";
import { pack } from "./support/pack.mjs";

const made = pack("pinterest_connector");
const SYSTEM_TOKEN = "system-token-of-the-stack";
let service, child, origin;

before(async () => {
  service = await emulator();
  // As `npm install` leaves it there.
  symlinkSync(fileURLToPath(new URL("node_modules", import.meta.url)), join(made.folder, "node_modules"));
  const env = { ...process.env, SYSTEM_TOKEN, PORT: "0", HOST: "127.0.0.1" };
  child = spawn(process.execPath, ["server.js"], { cwd: made.folder, env, stdio: ["ignore", "pipe", "inherit"] });
  origin = await new Promise((resolve, reject) => {
    child.once("exit", reject);
    child.stdout.setEncoding("utf8").on("data", (text) => {
      const [, port] = /listening on .*:(\d+)/.exec(text) ?? [];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
  });
});
after(() => {
  child.kill();
  service.end();
  made.remove();
});

/** A call as the platform makes it. */
async function call(name, options, token = SYSTEM_TOKEN) {
  const body = JSON.stringify({ diy: true, type: "wrapper", function: name, options });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(`${origin}/function`, { method: "POST", headers, body });
  return { status: answer.status, value: await answer.json() };
}

test("a stack answers whom it knows, and nobody else", async () => {
  const options = { connection: service.connection() };
  assert.deepEqual(await call("ping", options), { status: 200, value: { statusCode: 200 } });
  const { status, value } = await call("boardsList", options);
  assert.equal(status, 200);
  assert.ok(value.data.length > 3 && value.lastPage);
  assert.equal((await call("ping", options, "another")).status, 401);
  assert.equal((await call("boardsBurn", options)).status, 422);
  assert.equal((await fetch(`${origin}/healthCheck`)).status, 200);
  assert.equal((await fetch(`${origin}/function`)).status, 404);
  const wrong = await fetch(`${origin}/function`, {
    method: "POST", headers: { authorization: `Bearer ${SYSTEM_TOKEN}` }, body: "{",
  });
  assert.equal(wrong.status, 400);
});

test("without the token of the stack it does not start", async () => {
  const env = { ...process.env, SYSTEM_TOKEN: "" };
  const [code] = await once(spawn(process.execPath, ["server.js"], { cwd: made.folder, env, stdio: "ignore" }), "exit");
  assert.equal(code, 2);
});
