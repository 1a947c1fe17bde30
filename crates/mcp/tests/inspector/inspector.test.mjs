// The official inspector's command line at `connector mcp`: on stdio, where it speaks the protocol
// with sessions and without, and on HTTP.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, describe, test } from "node:test";

const CONNECTOR = join(import.meta.dirname, "../../../../target/release/connector");
const INSPECTOR = join(import.meta.dirname, "node_modules/.bin/mcp-inspector");
const SERVER = ["mcp", "--emulator", "--scope", "boards:read", "--scope", "boards:write"];
const TOKEN = "the token of this test only";

let state, env, http, url;

before(async () => {
  state = await mkdtemp(join(tmpdir(), "inspector-"));
  // The inspector keeps what it knows in the home folder.
  env = { ...process.env, HOME: state, CONNECTOR_STATE: state, CONNECTOR_MCP_TOKEN: TOKEN };
  http = spawn(CONNECTOR, [...SERVER, "--http", "0"], { env, stdio: ["ignore", "ignore", "pipe"] });
  for await (const line of createInterface(http.stderr)) {
    url = line.match(/^Serving at ([^;]+);/)?.[1];
    if (url) break;
  }
});

after(async () => {
  http.kill();
  await rm(state, { recursive: true });
});

/** Runs the inspector; answers with its exit code and what it printed. */
function inspect(...options) {
  return new Promise((resolve) => {
    const run = [INSPECTOR, "--cli", ...options];
    execFile(process.execPath, run, { env, maxBuffer: 64 << 20 }, (error, out, err) => {
      resolve({ code: error ? error.code : 0, out, err });
    });
  });
}

const ways = {
  stdio: () => [CONNECTOR, ...SERVER, "--protocol-era", "legacy"],
  "stdio, newer protocol": () => [CONNECTOR, ...SERVER, "--protocol-era", "modern"],
  http: () => [url, "--transport", "http", "--header", `Authorization: Bearer ${TOKEN}`],
};

for (const [name, way] of Object.entries(ways)) {
  describe(name, () => {
    const call = async (tool, input) => {
      const options = ["--tool-name", tool, "--tool-args-json", JSON.stringify(input)];
      const ran = await inspect(...way(), "--method", "tools/call", ...options);
      assert.match(ran.out, /^\{/, ran.err);
      return JSON.parse(ran.out);
    };

    test("lists tools whose schemas have no errors", async () => {
      const ran = await inspect(...way(), "--method", "tools/list", "--strict");
      assert.equal(ran.code, 0, ran.err);
      const tools = JSON.parse(ran.out).tools.map((tool) => tool.name);
      assert.ok(tools.includes("boards_list") && tools.includes("find_tools"));
      assert.ok(!tools.includes("pins_create"), "its scopes were not granted");
    });

    test("calls", async () => {
      const { isError, structuredContent } = await call("boards_list", { max_items: 2 });
      assert.equal(isError, false);
      assert.equal(structuredContent.items.length, 2);
      assert.equal(structuredContent.truncated, true);
    });

    test("shows an error", async () => {
      const { isError, content } = await call("boards_create", {});
      assert.equal(isError, true);
      const { kind, fields } = JSON.parse(content[0].text);
      assert.equal(kind, "invalid-input");
      assert.equal(fields[0].path, "name");
    });

    test("shows a refused scope", async () => {
      const { isError, content } = await call("call_tool", { name: "pins_create" });
      assert.equal(isError, true);
      const { code, scopes } = JSON.parse(content[0].text);
      assert.equal(code, "missing-scope");
      assert.deepEqual(scopes, ["pins:read", "pins:write"]);
    });

    test("reads a trigger", async () => {
      const uri = ["--uri", "trigger://pinterest/boards.new"];
      const { out } = await inspect(...way(), "--method", "resources/read", ...uri);
      assert.deepEqual(JSON.parse(JSON.parse(out).contents[0].text).events, []);
    });
  });
}

test("takes progress", async () => {
  // The inspector shows no progress, so a look at the wire has to do.
  const wire = join(state, "wire");
  const server = `"${CONNECTOR}" ${SERVER.join(" ")} | tee "${wire}"`;
  const options = ["--tool-name", "boards_list", "--tool-metadata", "progressToken=seven"];
  const ran = await inspect("sh", "-c", server, "--method", "tools/call", ...options);
  assert.equal(JSON.parse(ran.out).isError, false, ran.err);
  const sent = (await readFile(wire, "utf8")).trim().split("\n").map((line) => JSON.parse(line));
  const told = sent.filter((message) => message.method === "notifications/progress");
  assert.deepEqual([...new Set(told.map((it) => it.params.progressToken))], ["seven"]);
  assert.match(told.at(-1).params.message, /\d+ items so far/);
});
