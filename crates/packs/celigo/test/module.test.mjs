/** The module, loaded and called by the platform's own runtime. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { emulator } from "./support/emulator.mjs";
import { manifest, pack } from "./support/pack.mjs";
import { seen, start } from "./support/runtime.mjs";

const made = pack("pinterest_connector");
let service, runtime, connection, boards;

before(async () => {
  service = await emulator();
  connection = service.connection();
  runtime = start(made.folder);
  boards = (await runtime.call("boardsList", { connection })).data;
});

after(() => {
  runtime.end();
  service.end();
  made.remove();
});

const ids = (records) => records.map(({ id }) => id);
const board = (name) => boards.find((board) => board.name === name);
const statuses = (answers) => answers.map(({ statusCode }) => statusCode);

/** All pages of an export, each in a process of its own that knows nothing but the state. */
async function pages(name, options) {
  const pages = [];
  for (let state; ; ) {
    const fresh = start(made.folder);
    const page = await fresh.call(name, { connection, ...options, state });
    fresh.end();
    pages.push(page);
    if (page.lastPage) return pages;
    state = page.state;
  }
}

test("the runtime finds the functions as wrappers and at the module itself", async () => {
  for (const type of ["wrapper", undefined]) {
    assert.deepEqual(await runtime.call("ping", { connection }, type), { statusCode: 200 });
  }
  await assert.rejects(runtime.call("boardsBurn", { connection }), { statusCode: 422 });
});

test("an export of three pages goes on from its state in new processes", async () => {
  const { id, pin_count } = board("Plants for small rooms");
  const configuration = { board_id: id, page_size: 25 };
  const read = await pages("boardPinsList", { configuration });
  // The service says only with an empty page that there are no more.
  assert.deepEqual(read.map(({ data }) => data.length).filter(Boolean), [25, 25, 12]);
  const all = read.flatMap(({ data }) => ids(data));
  assert.equal(new Set(all).size, pin_count);
  const whole = await runtime.call("boardPinsList", { connection, configuration: { board_id: id } });
  assert.deepEqual(all, ids(whole.data));
});

test("a state that was damaged is an error that says so", async () => {
  const state = { checkpoint: Buffer.from("something else").toString("base64") };
  await assert.rejects(runtime.call("boardsList", { connection, state }), /checkpoint/);
});

test("a delta export has what is new since the last run, and all of it", async () => {
  const { id } = board("Autumn table");
  const configuration = { board_id: id, page_size: 4 };
  const old = await runtime.call("boardPinsList", { connection, configuration: { board_id: id } });
  await service.door("clock", { seconds: 60 });
  const lastExportDateTime = new Date(Date.now() + 30_000).toISOString();
  await service.door("pins", { board_id: id, count: 0 });
  const added = [];
  for (const title of ["First", "Second", "Third"]) {
    added.push((await service.door("pins", { board_id: id, title })).id);
  }
  for (const options of [
    { type: "delta", lastExportDateTime },
    { type: "delta", delta: { lastExecutionTime: Date.parse(lastExportDateTime) } },
  ]) {
    const read = await pages("boardPinsList", { configuration, ...options });
    assert.deepEqual(read.flatMap(({ data }) => ids(data)).sort(), [...added].sort());
  }
  const first = await pages("boardPinsList", { configuration, type: "delta" });
  const every = [...ids(old.data), ...added].sort();
  assert.deepEqual(first.flatMap(({ data }) => ids(data)).sort(), every);
});

test("a delta export of records without a time is refused", async () => {
  const options = { connection, type: "delta", lastExportDateTime: "2026-01-01T00:00:00Z" };
  const configuration = { board_id: boards[0].id };
  await assert.rejects(
    runtime.call("boardSectionsList", { ...options, configuration }),
    { errors: [{ code: "no-delta", message: "List sections: its records have no time that tells what is new; export all of them" }] },
  );
});

test("a preview is a few records of the first page", async () => {
  const two = await runtime.call("pinsList", { connection, type: "test", test: { limit: 2 } });
  assert.deepEqual([two.data.length, two.lastPage], [2, true]);
  const some = await runtime.call("pinsList", { connection, preview: true });
  assert.deepEqual([some.data.length, some.lastPage], [10, true]);
});

test("a lookup takes what it needs from the record at hand", async () => {
  const record = { board_id: boards[1].id, colour: "green" };
  const { data } = await runtime.call("boardsGet", { connection, data: [record] });
  assert.equal(data[0].name, boards[1].name);
  const missed = await runtime.call("boardsGet", { connection, data: { board_id: "1" } });
  assert.deepEqual([missed.data.length, missed.errors.length, missed.lastPage], [0, 1, true]);
});

test("an import answers for each record in order, the bad one among good ones too", async () => {
  const records = [{ name: "Ferns" }, { nam: "Mosses" }, { name: "Ferns" }, null, { name: "Lichens" }];
  const answers = await runtime.call("boardsCreate", { connection, postMapData: records });
  assert.deepEqual(statuses(answers), [200, 422, 422, 422, 200]);
  assert.match(answers[1].errors[0].message, /name is required; nam is not a field here/);
  assert.match(answers[2].errors[0].message, /already/);
  const [ferns, , , , lichens] = answers;
  const { data } = await runtime.call("boardsList", { connection });
  const made = data.filter(({ name }) => ["Ferns", "Lichens"].includes(name));
  assert.deepEqual(ids(made), [ferns.id, lichens.id]);

  const gone = await runtime.call("boardsDelete", {
    connection,
    postMapData: [{ board_id: ferns.id }, { board_id: "1" }, { board_id: lichens.id }],
  });
  assert.deepEqual(statuses(gone), [200, 422, 200]);
  assert.equal(gone[0].id, ferns.id);
});

test("an upsert updates what has an id and creates the rest", async () => {
  const { id } = board("Moss and stone");
  const records = [{ name: "New here" }, { board_id: id, name: "Moss, stone, water" }];
  const answers = await runtime.call("boardsUpsert", { connection, postMapData: records });
  assert.deepEqual(statuses(answers), [200, 200]);
  assert.equal(answers[1].id, id);
  const { data } = await runtime.call("boardsList", { connection });
  assert.equal(data.find((board) => board.id === id).name, "Moss, stone, water");
  assert.equal(data.find((board) => board.id === answers[0].id).name, "New here");
});

test("records that one call can write go together, and a bad one stops no other", async () => {
  const { data: accounts } = await runtime.call("adAccountsList", { connection });
  const [one, other] = ids(accounts);
  const campaign = (name) => ({ name, objective_type: "AWARENESS" });
  const records = [
    campaign("A"),
    { objective_type: "AWARENESS" },
    campaign("B"),
    { ...campaign("C"), ad_account_id: other },
  ];
  await fetch(`${service.origin}/emulator/requests`, { method: "DELETE" });
  const answers = await runtime.call("campaignsCreate", {
    connection, configuration: { ad_account_id: one }, postMapData: records,
  });
  assert.deepEqual(statuses(answers), [200, 422, 200, 200]);
  assert.deepEqual(answers[1].errors.map(({ message }) => message), ["name is required"]);
  assert.deepEqual([answers[0], answers[2], answers[3]].map(({ _json }) => _json.name), ["A", "B", "C"]);
  const posted = (await service.door("requests")).filter(({ method }) => method === "POST");
  assert.equal(posted.length, 2, "one request for each ad account");
});

test("a connection that must be renewed goes offline, in the middle of an export too", async () => {
  const bad = service.connection("pina_00000000000000000000000000000000");
  const offline = await runtime.call("boardsList", { connection: bad });
  assert.equal(offline.connectionOffline, true);
  assert.equal(offline.errors.length, 1);
  const answers = await runtime.call("boardsCreate", {
    connection: bad, postMapData: [{ name: "X" }, { name: "Y" }],
  });
  assert.deepEqual(statuses(answers), [401, 401]);
  assert.equal((await runtime.call("ping", { connection: bad })).statusCode, 401);
  assert.equal((await runtime.call("ping", { connection: service.connection("") })).statusCode, 401);

  const { access_token: brief } = await service.door("tokens", { expires_in_s: 600 });
  const soon = service.connection(brief);
  const configuration = { page_size: 25 };
  const first = await runtime.call("pinsList", { connection: soon, configuration });
  assert.equal(first.data.length, 25);
  await service.door("clock", { seconds: 900 });
  const { state } = first;
  const second = await runtime.call("pinsList", { connection: soon, configuration, state });
  assert.equal(second.connectionOffline, true);
  // With a new token the export goes on where it was.
  const renewed = await runtime.call("pinsList", { connection, configuration, state });
  assert.equal(renewed.data.length, 25);
});

test("a credential goes to the service and to this machine only", async () => {
  const { encrypted } = connection;
  for (const place of ["https://example.com", "http://10.0.0.1:80", "http://127.0.0.1.example.com"]) {
    const unencrypted = { routes: `https://api.pinterest.com=${place}` };
    const ping = await runtime.call("ping", { connection: { encrypted, unencrypted } });
    assert.equal(ping.statusCode, 401);
    assert.match(ping.errors[0].message, /only be led to http on this machine/);
  }
});

test("whatever the component, its pack has each of its actions, and loads", async () => {
  for (const name of ["pinterest_connector", "github_issues", "wikipedia"]) {
    const { folder, remove } = pack(name);
    const { functions } = JSON.parse(readFileSync(join(folder, "functions.json"), "utf8"));
    const targets = Object.values(functions).flatMap((about) => about.targets ?? [about]);
    const wanted = manifest(name).actions.map(({ action }) => action.id);
    assert.deepEqual([...new Set(targets.map(({ action }) => action))].sort(), wanted.sort());
    const runtime = start(folder);
    // Without a credential, or without a service, but it is the component that says so.
    const ping = await runtime.call("ping", { connection: {} });
    assert.ok([200, 401].includes(ping.statusCode));
    runtime.end();
    remove();
  }
});

test("no state, no answer and no log holds a credential", () => {
  const all = seen.join("\n");
  assert.ok(all.includes("checkpoint") && all.includes("callFunctionInvoked"));
  const checkpoints = [...all.matchAll(/"checkpoint":"([^"]+)"/g)].map(([, text]) =>
    Buffer.from(text, "base64").toString("latin1"));
  assert.ok(checkpoints.length > 3);
  for (const text of [all, ...checkpoints]) {
    assert.doesNotMatch(text, /pina_[0-9a-f]/);
    assert.ok(!text.includes(service.token));
  }
});
