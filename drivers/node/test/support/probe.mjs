/**
 * A component written in JavaScript that sends whatever request a test wants, and a server on
 * loopback that answers it.
 */

import { createServer } from "node:http";
import { after } from "node:test";

import { connect } from "../../src/index.mjs";
import { stringify } from "../../src/json.mjs";

/** @import { Component, Request, Response } from "../../src/contract.d.ts" */

export const API = "https://api.example.com";
export const SECRET = "tok-3f1c9a7e5b2d";

/**
 * Action `send`: its input is the request, laid over a plain one; the credential
 * `null` is none. Error kinds go by the status. A reply that is no response is the output.
 * @param {Partial<Component["actions"]>} [actions] to replace some of it
 * @returns {Component}
 */
export function probe(actions) {
  const plain = {
    method: "get",
    url: `${API}/`,
    headers: [],
    body: { tag: "empty" },
    credential: "token",
    effect: "read",
    costs: [],
    save: false,
    extensions: [],
  };
  return {
    connection: {
      describe: () => descriptor,
      test: () => ({ tag: "done", val: { output: "{}" } }),
      choices: () => fail("invalid-input", "none"),
    },
    actions: {
      listActions: () => [
        {
          id: "send",
          title: "",
          summary: "",
          group: "",
          scopes: [],
          effect: "read",
          destructive: false,
          shape: "single",
          notes: [],
          extensions: [],
        },
      ],
      describe: () => fail("invalid-input", "none"),
      start: (id, input) => {
        const request = { ...plain, ...JSON.parse(input) };
        request.credential ??= undefined;
        request.method = method(request.method);
        if (request.body.tag === "bytes") request.body = { tag: "bytes", val: Uint8Array.from(request.body.val) };
        return { tag: "send", val: { request, checkpoint: new TextEncoder().encode("sent") } };
      },
      choices: () => fail("invalid-input", "none"),
      ...actions,
    },
    triggers: {
      listTriggers: () => [],
      describe: () => fail("invalid-input", "none"),
      start: () => fail("invalid-input", "none"),
      choices: () => fail("invalid-input", "none"),
    },
    steps: {
      resume: (_, reply) => {
        if (reply.tag === "undelivered") fail("unavailable", reply.val);
        return reply.tag === "response"
          ? answered(reply.val)
          : { tag: "done", val: { output: stringify(reply) } };
      },
    },
  };
}

/**
 * A method as the contract has it.
 * @param {string} word
 * @returns {import("../../src/contract.d.ts").Method}
 */
export function method(word) {
  const known = ["get", "head", "post", "put", "patch", "delete"].includes(word);
  return known ? { tag: /** @type {any} */ (word) } : { tag: "other", val: word };
}

/** What the probe says about itself. */
export const descriptor = {
  id: "probe",
  title: "",
  summary: "",
  version: "0.0.0",
  apiVersion: "1",
  environments: [
    { id: "main", title: "", help: "" },
    { id: "trial", title: "", help: "" },
  ],
  origins: [
    API,
    "https://trial.example.com",
    "https://*.upload.example.com",
    "http://plain.example.com",
  ],
  credentials: [
    {
      id: "token",
      title: "",
      required: true,
      source: /** @type {const} */ ({ tag: "secret", val: "" }),
      placement: /** @type {const} */ ({ tag: "bearer" }),
      origins: [
        { origin: API, environment: "main" },
        { origin: "https://trial.example.com", environment: "trial" },
      ],
    },
    {
      id: "key",
      title: "",
      required: false,
      source: /** @type {const} */ ({ tag: "secret", val: "" }),
      placement: /** @type {const} */ ({ tag: "header", val: { name: "X-Api-Key", prefix: "" } }),
      origins: [{ origin: API }],
    },
  ],
  requires: [],
  settings: "{}",
  form: "{}",
  setup: [],
  quotas: [],
  operations: [],
  extensions: [],
};

/** @param {Response} response */
function answered({ status, headers, body }) {
  const text = new TextDecoder().decode(body);
  const seconds = headers.find(({ name }) => name === "retry-after")?.value;
  const retryAfterMs = seconds === undefined ? undefined : Number(seconds) * 1000;
  if (status === 401) fail("unauthenticated", text);
  if (status === 429) fail("rate-limited", text, retryAfterMs);
  if (status >= 500) fail("unavailable", text);
  const output = JSON.stringify({
    status,
    text,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
  });
  return /** @type {const} */ ({ tag: "done", val: { output } });
}

/**
 * Throws as a transpiled component does.
 * @param {string} kind
 * @param {string} message
 * @param {number} [retryAfterMs]
 * @returns {never}
 */
export function fail(kind, message, retryAfterMs) {
  throw Object.assign(new Error(message), {
    payload: { kind, code: kind, message, fields: [], retryAfterMs },
  });
}

/**
 * A server that answers with one handler after the other, the last one again and again. `seen`
 * holds what arrived.
 * @param {...import("node:http").RequestListener} handlers
 */
export async function serve(...handlers) {
  const seen = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const entry = { method, url, headers, body: "" };
    const handler = handlers[Math.min(seen.push(entry), handlers.length) - 1];
    for await (const chunk of request) entry.body += chunk;
    handler(request, response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
  const close = () =>
    new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    });
  after(close);
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { base: `http://127.0.0.1:${port}`, seen, close };
}

/**
 * @param {number} status
 * @param {string} [text]
 * @param {Record<string, string>} [headers]
 * @returns {import("node:http").RequestListener}
 */
export const answer =
  (status, text = "", headers = {}) =>
  (_, response) =>
    response.writeHead(status, headers).end(text);

/** @type {import("node:http").RequestListener} */
export const cut = (_, response) =>
  response.writeHead(200, { "content-length": "100" }).write("half", () => response.destroy());

/**
 * The probe connected to a server, with waits too short to notice.
 * @param {string} base
 * @param {import("../../src/types.d.ts").Options} [options]
 * @param {Component} [component]
 */
export function connected(base, { policy, ...options } = {}, component = probe()) {
  return connect(component, {
    credentials: { token: SECRET, key: SECRET },
    routes: { [API]: base },
    policy: { backoffMs: 1, ...policy },
    ...options,
  });
}
