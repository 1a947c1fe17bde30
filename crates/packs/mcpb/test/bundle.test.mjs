// The bundle as a client takes it: the format's own tool checks and unpacks it, and what its manifest says
// is started. And server.json, held against what the MCP registry documents.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";

import { getMcpConfigForManifest } from "@anthropic-ai/mcpb";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const CONNECTOR = join(import.meta.dirname, "../../../../target/release/connector");
const TOOL = join(import.meta.dirname, "node_modules/.bin/mcpb");
const ADDRESS = "https://github.com/studio-fern/mcp/releases/download/v1";

let folder, bundle, unpacked;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "bundle-"));
  const publisher = ["--publisher", "io.github.studio-fern", "--address", ADDRESS];
  const options = ["--state", join(folder, "state"), "pack", "mcpb", "--out", join(folder, "pack")];
  execFileSync(CONNECTOR, [...options, ...publisher]);
  bundle = join(folder, "pack/pinterest.mcpb");
  unpacked = join(folder, "unpacked");
  execFileSync(process.execPath, [TOOL, "unpack", bundle, unpacked]);
});

after(() => rm(folder, { recursive: true }));

const read = async (path) => JSON.parse(await readFile(path, "utf8"));

test("the format's own tool finds nothing wrong", () => {
  const said = execFileSync(process.execPath, [TOOL, "validate", join(unpacked, "manifest.json")]);
  assert.match(said.toString(), /passes/);
});

test("what the manifest says is started, and answers", async (t) => {
  const emulator = spawn(CONNECTOR, ["--json", "emulator", "--state", join(folder, "emulator")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => emulator.kill());
  const { value } = await createInterface(emulator.stdout)[Symbol.asyncIterator]().next();
  const { routes, access_token: token } = JSON.parse(value);
  const wanted = {
    manifest: await read(join(unpacked, "manifest.json")),
    extensionPath: unpacked,
    systemDirs: {},
    pathSeparator: sep,
  };
  const bare = await getMcpConfigForManifest({ ...wanted, userConfig: {} });
  assert.equal(bare.env.CONNECTOR_TOKEN, "", "nobody has to give a token");
  const config = await getMcpConfigForManifest({ ...wanted, userConfig: { token } });
  const env = { CONNECTOR_STATE: join(folder, "started"), CONNECTOR_ROUTES: routes.join(",") };
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StdioClientTransport({ ...config, env: { ...env, ...config.env }, stderr: "inherit" }),
  );
  t.after(() => client.close());
  const names = (await client.listTools()).tools.map((tool) => tool.name);
  assert.ok(names.includes("find_tools"));
  for (const { name } of wanted.manifest.tools) assert.ok(names.includes(name), name);
  const prompts = (await client.listPrompts()).prompts.map((prompt) => prompt.name);
  assert.deepEqual(wanted.manifest.prompts.map(({ name }) => name), prompts);
  const answer = await client.callTool({ name: "boards_list", arguments: {} });
  assert.ok(answer.structuredContent.items.length > 0);
});

test("server.json is as the registry wants it", async () => {
  const server = await read(join(folder, "pack/server.json"));
  const { $schema, name, title, description, version, packages, ...others } = server;
  assert.deepEqual(others, {});
  assert.match($schema, /^https:\/\/static\.modelcontextprotocol\.io\/schemas\/.+\/server\.schema\.json$/);
  assert.match(name, /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
  for (const text of [title, description]) assert.ok(text.length >= 1 && text.length <= 100, text);
  assert.match(version, /^\d+\.\d+\.\d+/);
  const [{ registryType, identifier, fileSha256, transport, environmentVariables, ...more }] = packages;
  assert.deepEqual([packages.length, more, registryType, transport], [1, {}, "mcpb", { type: "stdio" }]);
  assert.equal(identifier, `${ADDRESS}/pinterest.mcpb`);
  const hash = createHash("sha256").update(await readFile(bundle)).digest("hex");
  assert.equal(fileSha256, hash);
  for (const variable of environmentVariables) {
    assert.deepEqual(Object.keys(variable).sort(), ["description", "isRequired", "isSecret", "name"]);
  }
});

test("what the registry would refuse is refused here", () => {
  for (const [publisher, address] of [["studio fern", ADDRESS], ["io.github.a", "http://a.example/mcp"]]) {
    const options = ["pack", "mcpb", "--out", join(folder, publisher), "--publisher", publisher, "--address", address];
    assert.throws(() => execFileSync(CONNECTOR, options, { stdio: "ignore" }));
  }
});
