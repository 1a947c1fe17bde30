/** Uses the installed package against an emulator: `node use.mjs <emulator's JSON>`. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { ConnectorError, connect } from "pinterest-connector";

const { access_token: token, routes } = JSON.parse(process.argv[2]);
const connector = connect({
  credentials: { "access-token": token },
  routes: Object.fromEntries(routes.map((route) => route.split("="))),
});

const { id } = await connector.run("boards.create", { name: `Of ${process.argv[3]}` });
const listed = [];
for await (const board of connector.list("boards.list")) listed.push(board.id);
assert.ok(listed.includes(id));
const { cursor } = await connector.poll("boards.new", {});
assert.deepEqual(await connector.poll("boards.new", {}, cursor), { events: [], cursor });
assert.equal((await connector.choices("pins.create", "board_id").next()).done, false);

// Both ways give the same code: an error of one is an error of the other.
const required = createRequire(import.meta.url)("pinterest-connector");
assert.equal(required.ConnectorError, ConnectorError);
await assert.rejects(connector.run("boards.create", {}), (error) => {
  assert.ok(error instanceof ConnectorError);
  assert.deepEqual(error.fields.map(({ path }) => path), ["name"]);
  return true;
});
