/** The driver where there is nothing of Node: bundled as for a browser, in a realm that has web APIs only. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createContext, runInContext } from "node:vm";

import { build } from "esbuild";

import { blobs, connect, transport } from "../src/edge.mjs";
import { API, SECRET, answer, probe, serve } from "./support/probe.mjs";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const COMPONENT = "../dist/github_issues/github_issues";

/** What browsers and edge runtimes have alike. */
const WEB = [
  "AbortController", "AbortSignal", "Blob", "Headers", "ReadableStream", "Response", "TextDecoder", "TextEncoder",
  "URL", "URLSearchParams", "atob", "btoa", "clearTimeout", "crypto", "performance", "setTimeout",
];

/** For a platform of browsers esbuild refuses whatever is Node's. */
const bundled = async () => {
  const contents = `export * from "./src/edge.mjs"; export { instantiate } from ${JSON.stringify(COMPONENT.replace("../", "./"))};`;
  const stdin = { contents, resolveDir: path("..") };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: "iife", globalName: "edge", platform: "browser" });
  return outputFiles[0].text;
};

/** The bundle's exports, in a realm of their own. */
async function realm() {
  const globals = Object.fromEntries(WEB.map((name) => [name, globalThis[name]]));
  const context = createContext({ ...globals });
  runInContext(await bundled(), context);
  assert.equal(runInContext("typeof Buffer + typeof process + typeof fetch + typeof require", context), "undefined".repeat(4));
  return (code, given = {}) => runInContext(`(async ({ ${Object.keys(given)} }) => { ${code} })`, context)(given);
}

test("a list, a write and what echoes a secret, with wasm in base64 and a transport", async () => {
  const run = await realm();
  const seen = [];
  const send = async (request) => {
    seen.push(request);
    const issue = { id: 2 ** 53, number: 1, title: `It echoes ${SECRET}`, created_at: "2026-01-01T00:00:00Z" };
    const text = JSON.stringify(request.method === "POST" ? issue : [issue]).replace("9007199254740992", "9007199254740993");
    return { status: 200, headers: { "content-type": "application/json" }, body: text };
  };
  const wasm = readFileSync(path(`${COMPONENT}.core.wasm`)).toString("base64");
  const [listed, made] = await run(`
    const { component, connect, instantiate, transport } = edge;
    const connector = connect(component(instantiate, { "github_issues.core.wasm": wasm }), {
      credentials: { token: secret }, http: transport(send),
    });
    const listed = [];
    for await (const { title, id } of connector.list("issues.list", { repository: "a/b" })) listed.push(title, id);
    const { title, id } = await connector.run("issues.create", { repository: "a/b", title: "ä" });
    return [listed, [title, id]];`, { wasm, secret: SECRET, send });
  const issue = ["It echoes [secret]", "9007199254740993"];
  assert.deepEqual([[...listed], [...made]], [issue, issue]);
  assert.deepEqual(seen.map(({ method }) => method), ["GET", "POST"]);
  assert.equal(seen[0].headers.authorization, `Bearer ${SECRET}`);
  assert.equal(JSON.parse(Buffer.from(seen[1].body)).title, "ä");
});

test("modules that are compiled already, and one that is missing", async () => {
  const run = await realm();
  const module = new WebAssembly.Module(readFileSync(path(`${COMPONENT}.core.wasm`)));
  const told = await run(`
    const { component, connect, instantiate } = edge;
    const given = { "github_issues.core.wasm": module };
    const { id } = connect(component(instantiate, given), { credentials: { token: "t" } }).describe();
    const lacks = (modules) => { try { connect(component(instantiate, modules)); } catch ({ message }) { return message; } };
    return [id, lacks({}), lacks({ "github_issues.core.wasm": "?" })];`, { module });
  const lacking = "`modules` lacks github_issues.core.wasm, or it is no base64";
  assert.deepEqual([...told], ["github-issues", lacking, lacking]);
});

const connected = (base, options) =>
  connect(probe(), { credentials: { token: SECRET }, routes: { [API]: base }, ...options });

test("a body is whole, of data URIs and of blobs that were given", async () => {
  const { base, seen } = await serve(answer(200));
  const references = ["data:text/plain,%C3%A4b#c", "data:;base64,AP/+ 8A=", "film.mp4", "words"];
  const pieces = references.map((val) => ({ tag: "blob-base64", val }));
  const given = { "film.mp4": new Blob(["film"]), words: "w" };
  const body = { tag: "pieces", val: [...pieces, { tag: "blob", val: "film.mp4" }] };
  await connected(base, { blobs: blobs(given) }).run("send", { method: "post", body });
  assert.equal(seen[0].body, `${Buffer.from("äb").toString("base64")}AP/+8A==${btoa("film")}${btoa("w")}film`);
  assert.deepEqual([seen[0].headers["content-length"], seen[0].headers["transfer-encoding"]], [String(seen[0].body.length), undefined]);
});

test("what was not given is not there, and nothing is fetched", async () => {
  const { base } = await serve(answer(200));
  for (const val of ["/etc/passwd", "https://example.com/a.jpg", "toString"]) {
    const body = { tag: "pieces", val: [{ tag: "blob", val }] };
    const said = connected(base).run("send", { method: "post", body });
    await assert.rejects(said, ({ kind, reason }) => kind === "unavailable" && reason.includes("neither a data URI nor one"));
  }
  await assert.rejects(connect(probe(), /** @type {any} */ ({ isolate: true })), /there are no workers here/);
});

test("an answer is saved in memory, and is gone with its call", async () => {
  const { base } = await serve(answer(200, `rows of ${SECRET}`));
  const store = blobs();
  const connector = connected(base, { blobs: store });
  const { val: pending } = connector.start.action("send", { save: true });
  const { val: { blob } } = await connector.send(pending);
  const range = { blob, offset: 0n, length: 100, checkpoint: new Uint8Array() };
  assert.equal(Buffer.from((await connector.look(range)).val.data).toString(), "rows of [secret]");
  await store.drop(blob);
  assert.equal((await connector.look(range)).tag, "undelivered");
});

test("a transport says what came, and what did not arrive", async () => {
  const over = (send) => connect(probe(), { credentials: { token: SECRET }, http: transport(send), policy: { tries: 1 } });
  const headers = { "Content-Length": "3", "content-encoding": "gzip", "x-many": ["a", "b"] };
  assert.deepEqual(await over(async () => ({ status: 404, headers, body: "none" })).run("send", {}),
    { status: 404, text: "none", headers: { "content-type": "text/plain;charset=UTF-8", "x-many": "a, b" } });
  assert.equal((await over(async () => ({ status: 204, headers: {} })).run("send", {})).status, 204);
  const lost = over(async () => { throw Object.assign(new Error("hidden"), { code: "ECONNREFUSED" }); });
  await assert.rejects(lost.run("send", {}), { reason: "ECONNREFUSED" });
  // What a browser gives for a redirect that is not to be followed.
  const opaque = connect(probe(), { credentials: { token: SECRET }, http: async () => /** @type {any} */ ({ type: "opaqueredirect", status: 0 }), policy: { tries: 1 } });
  await assert.rejects(opaque.run("send", {}), { reason: "OPAQUE_REDIRECT" });
});
