// The official client in TypeScript, which holds each structured answer against the tool's output
// schema, where there is one, also that of an error: what does not fit never reaches the model.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const CONNECTOR = join(import.meta.dirname, "../../../../target/release/connector");

let state;

before(async () => {
  state = await mkdtemp(join(tmpdir(), "mcp-"));
});

after(() => rm(state, { recursive: true }));

/** A client at a server of its own, with all its tools by name. */
async function connect(t, ...options) {
  const transport = new StdioClientTransport({
    command: CONNECTOR,
    args: ["mcp", "--emulator", ...options],
    env: { ...process.env, CONNECTOR_STATE: state },
    stderr: "ignore",
  });
  const client = new Client({ name: "test", version: "1" });
  await client.connect(transport);
  t.after(() => client.close());
  // The client knows the schemas of the page that it asked for last.
  const pages = [];
  let cursor;
  do {
    const page = await client.listTools({ cursor });
    pages.push({ cursor, tools: page.tools });
    cursor = page.nextCursor;
  } while (cursor);
  const page = (name) => pages.find(({ tools }) => tools.some((tool) => tool.name === name));
  let known = pages.at(-1);
  const call = async (name, input = {}) => {
    const wanted = page(name) ?? known;
    if (wanted !== known) await client.listTools({ cursor: wanted.cursor });
    known = wanted;
    return client.callTool({ name, arguments: input });
  };
  return { call, tools: pages.flatMap(({ tools }) => tools) };
}

/** The error in an answer, which has no other form. */
function error(answer) {
  assert.equal(answer.isError, true, JSON.stringify(answer));
  assert.equal(answer.structuredContent, undefined);
  assert.deepEqual(answer.content.map(({ type }) => type), ["text"]);
  return JSON.parse(answer.content[0].text);
}

function success(answer) {
  assert.equal(answer.isError, false, JSON.stringify(answer));
  assert.deepEqual(JSON.parse(answer.content[0].text), answer.structuredContent);
  return answer.structuredContent;
}

test("a wrong argument to any tool comes back as an error", async (t) => {
  const { call, tools } = await connect(t, "--raw", "--tools", "all");
  assert.ok(tools.length > 250);
  for (const { name } of tools) {
    const { kind, fields } = error(await call(name, { no_such_field: 1 }));
    assert.equal(kind, "invalid-input", name);
    assert.ok(fields.some(({ path }) => path === "no_such_field"), name);
  }
});

describe("errors of every kind of tool", () => {
  test("lists, single things, deletes", async (t) => {
    const { call } = await connect(t);
    assert.equal(error(await call("boards_list", { max_items: 0 })).fields[0].path, "max_items");
    assert.equal(error(await call("boards_get", { board_id: "1" })).status, 404);
    assert.equal(error(await call("boards_delete", { board_id: "1" })).status, 404);
    assert.equal(error(await call("board_pins_list", { board_id: "1" })).status, 404);
  });

  test("the two that find and call others", async (t) => {
    const { call } = await connect(t);
    assert.equal(error(await call("find_tools")).fields[0].path, "query");
    assert.equal(error(await call("find_tools", { query: "a", limit: 0 })).fields[0].path, "limit");
    assert.equal(error(await call("call_tool", { name: "boards_eat" })).fields[0].path, "name");
  });

  test("what is not allowed", async (t) => {
    const { call } = await connect(t, "--raw", "--scope", "boards:read", "--scope", "pins:read");
    const [board] = success(await call("boards_list")).items;
    const wanted = { method: "DELETE", path: `/boards/${board.id}` };
    const refused = error(await call("call_tool", { name: "api_request", arguments: wanted }));
    assert.equal(refused.code, "missing-scope");
    assert.deepEqual(refused.details, {
      operation: "boards/delete",
      scopes: ["boards:write"],
    });
    assert.equal(success(await call("boards_get", { board_id: board.id })).id, board.id);
  });

  test("what only reads", async (t) => {
    const { call, tools } = await connect(t, "--raw", "--read-only", "--tools", "all");
    assert.ok(tools.some(({ name }) => name === "boards_list"));
    assert.ok(!tools.some(({ name }) => name === "boards_create"));
    const refused = error(await call("boards_create", { name: "No" }));
    assert.deepEqual([refused.kind, refused.rule], ["refused", "permission"]);
    const wanted = { method: "POST", path: "/boards", body: { name: "No" } };
    assert.equal(error(await call("api_request", wanted)).rule, "permission");
    success(await call("api_request", { method: "GET", path: "/boards" }));
  });

  test("paths that are no operation, and files from anywhere", async (t) => {
    const { call } = await connect(t, "--raw", "--tools", "all");
    assert.equal(error(await call("api_request", { method: "GET", path: "/new" })).rule, "operation");
    const [board] = success(await call("boards_list")).items;
    const video = "https://example.com/a.mp4?told=everything";
    const wanted = { board_id: board.id, title: "A", video };
    const refused = error(await call("video_pins_create", wanted));
    assert.equal(refused.rule, "blob");
    assert.match(refused.message, /--fetch-urls/);
  });
});

test("a success of every shape", async (t) => {
  const { call } = await connect(t, "--raw", "--tools", "all");
  // A list, one thing, nothing, a batch, whatever comes, and nothing where an object is promised.
  assert.ok(success(await call("boards_list", { max_items: 1 })).truncated);
  const { id } = success(await call("boards_create", { name: "Made by a client" }));
  assert.equal(success(await call("boards_get", { board_id: id })).id, id);
  const { confirm } = success(await call("boards_delete", { board_id: id }));
  assert.deepEqual(success(await call("boards_delete", { board_id: id, confirm })), { output: null });
  assert.ok(success(await call("api_request", { method: "GET", path: "/boards" })).output.items);
});

test("nothing that a schema marks as secret or personal is shown", async (t) => {
  const { call } = await connect(t, "--raw", "--tools", "all");
  const [feed] = success(await call("catalog_feeds_list")).items;
  assert.equal(feed.credentials.password, "[secret]");
  const [partner] = success(await call("integrations_list")).items;
  assert.equal(partner.partner_access_token, "[secret]");
  assert.equal(partner.partner_primary_email, "[personal]");
  const { output } = success(await call("api_request", { method: "GET", path: "/integrations" }));
  assert.equal(output.items[0].partner_access_token, "[secret]");
  const asked = await connect(t, "--tools", "all", "--show-personal");
  const [shown] = success(await asked.call("integrations_list")).items;
  assert.match(shown.partner_primary_email, /partner|@/);
  assert.equal(shown.partner_access_token, "[secret]");
});

test("the raw call says that it may do anything", async (t) => {
  const { tools } = await connect(t, "--raw", "--tools", "all");
  const raw = tools.find(({ name }) => name === "api_request");
  const { readOnlyHint, destructiveHint, openWorldHint } = raw.annotations;
  assert.deepEqual([readOnlyHint, destructiveHint, openWorldHint], [false, true, true]);
});

test("many calls at once wait for each other", async (t) => {
  const { call } = await connect(t);
  const answers = await Promise.all(Array.from({ length: 200 }, () => call("boards_list")));
  for (const answer of answers) assert.ok(success(answer).items.length > 0);
});
