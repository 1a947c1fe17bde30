/**
 * The module behind HTTP, as integrator.io calls a stack of the kind "server": `SYSTEM_TOKEN=… PORT=8080 npm start`.
 * The platform sends the token with each call; put a proxy with TLS before it.
 */

"use strict";

const { createHash, timingSafeEqual } = require("node:crypto");
const { createServer } = require("node:http");

const Extension = require("integrator-extension");

/** Bytes of the largest call that is read. */
const LARGEST = 50 << 20;
/** Milliseconds a call may take: longer than the platform waits. */
const TIMEOUT = 315_000;
/** Where the platform, or what watches the server, looks whether it is there. */
const HEALTH = new Set(["/", "/healthCheck", "/livez", "/readyz"]);

const { SYSTEM_TOKEN, PORT = "8080", HOST = "0.0.0.0" } = process.env;
if (!SYSTEM_TOKEN) {
  console.error("SYSTEM_TOKEN is missing: the token that the stack has in integrator.io");
  process.exit(2);
}

const digest = (text) => createHash("sha256").update(text).digest();
const expected = digest(SYSTEM_TOKEN);

function authorized({ headers }) {
  const [, token] = /^Bearer (.+)$/i.exec(headers.authorization ?? "") ?? [];
  return token !== undefined && timingSafeEqual(digest(token), expected);
}

async function body(request) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > LARGEST) throw Object.assign(new Error("the call is larger than 50 MiB"), { statusCode: 413 });
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    throw Object.assign(new Error("the call is no JSON"), { statusCode: 400 });
  }
}

const runtime = new Extension();

const called = (call) => new Promise((resolve, reject) => {
  runtime.callFunction(call.options, call, (error, result) => (error ? reject(error) : resolve(result)));
});

async function answer(request) {
  const { pathname } = new URL(request.url, "http://stack");
  if (request.method === "GET" && HEALTH.has(pathname)) return { success: true };
  if (request.method !== "POST" || pathname !== "/function") {
    throw Object.assign(new Error("there is POST /function"), { statusCode: 404 });
  }
  if (!authorized(request)) throw Object.assign(new Error("invalid system token"), { statusCode: 401 });
  return called(await body(request));
}

const server = createServer(async (request, response) => {
  const reply = (status, value) => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  };
  try {
    reply(200, await answer(request));
  } catch (error) {
    const errors = error.errors ?? [{ code: "refused", message: error.message }];
    reply(error.statusCode ?? 500, { errors });
  }
});
server.requestTimeout = TIMEOUT;

runtime.loadConfiguration({ diy: require("./index.js") }, (error) => {
  if (error) throw error;
  server.listen(Number(PORT), HOST, () => console.log(`listening on ${HOST}:${server.address().port}`));
});
process.on("SIGTERM", () => server.close());
