/** Appmixer's command line judges the pack, against the emulator. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";

import { emulator, pack } from "./support/judge.mjs";
import { sent, session } from "./support/session.mjs";

const SCOPES = ["ads:read", "ads:write", "boards:read", "boards:write", "pins:read", "pins:write"];
/** The smallest JPEG that has a beginning and an end. */
const JPEG = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex").toString("base64");

let service, pinterest, account, board;

before(async () => {
  pinterest = await emulator();
  service = join(await pack(), "pinterest");
  account = await session(service, { routes: pinterest.routes.join() });
  await pinterest.door("redirect_uris", `${account.server}/auth/pinterest/callback`);
  const client = { id: pinterest.client_id, secret: pinterest.client_secret };
  const form = { environment: "production", ad_account_id: "" };
  const login = await account.login(client, SCOPES, form);
  assert.equal(login.code, 0, login.text);
  assert.match(login.text, /Account name: Studio Fern/);
  [{ result: [board] }] = await run("boards/ListBoards", { maxItems: 1 });
});

/** What a component sends for one input. */
async function run(name, input, more = {}) {
  const ran = await account.component(name, { input, ...more });
  assert.equal(ran.code, 0, ran.text);
  return ran.messages;
}

/** The error of a component that cannot do it. */
async function refused(name, input) {
  const { code, text, messages } = await account.component(name, { input });
  assert.equal(code, 1, text);
  assert.deepEqual(messages, []);
  return /\[ERROR\]: (.*)/.exec(text)[1];
}

test("the pack is a bundle with a component for each action and trigger", async () => {
  const packed = await account.run("pack", [service, "-o", join(service, "../pinterest.zip")]);
  assert.equal(packed.code, 0, packed.text);
  const manifest = JSON.parse(readFileSync(new URL("../../../../connector.json", import.meta.url)));
  const added = packed.text.match(/Adding file \S+\/component\.json/g);
  const dropdowns = packed.text.match(/core\/Choices\w*\/component\.json/g);
  assert.equal(added.length, manifest.actions.length + manifest.triggers.length + dropdowns.length);
});

test("tokens are renewed again and again, also when they have ended", async () => {
  assert.match((await account.auth("validate")).text, /Access token valid: true/);
  const kept = () => account.stored()["connector:pinterest"];
  const first = kept();
  assert.equal((await account.auth("refresh")).code, 0);
  const second = kept();
  assert.notEqual(second.accessToken, first.accessToken);
  assert.notEqual(second.refreshToken, first.refreshToken);
  assert.equal((await account.auth("refresh")).code, 0);

  await pinterest.door("clock", { seconds: 31 * 24 * 3600 });
  const over = await account.auth("validate");
  assert.equal(over.code, 1, over.text);
  assert.equal((await account.auth("refresh")).code, 0);
  assert.match((await account.auth("validate")).text, /Access token valid: true/);
});

test("a board from its creation to its end", async () => {
  const name = "Made by Appmixer";
  const [made] = await run("boards/CreateBoards", { name, privacy: "PUBLIC" });
  assert.equal(made.name, name);
  const [changed] = await run("boards/UpdateBoards", { board_id: made.id, description: "Changed" });
  assert.equal(changed.description, "Changed");
  const [got] = await run("boards/GetBoards", { board_id: made.id });
  assert.deepEqual([got.name, got.description], [name, "Changed"]);
  assert.deepEqual(await run("boards/DeleteBoards", { board_id: made.id }), [{}]);
  assert.match(await refused("boards/GetBoards", { board_id: made.id }), /not found/i);
});

test("a Pin from its creation to its end", async () => {
  const [pin] = await run("pins/CreatePins", {
    board_id: board.id,
    title: "By address",
    media_source__source_type: "image_url",
    media_source__image_url__url: "https://example.com/fern.jpg",
    // Left over from before another kind of source was chosen.
    media_source__image_base64__data: "stale",
  });
  assert.equal(pin.title, "By address");
  const [changed] = await run("pins/UpdatePins", { pin_id: pin.id, title: "Changed" });
  assert.equal(changed.title, "Changed");
  const [got] = await run("pins/GetPins", { pin_id: pin.id });
  assert.equal(got.title, "Changed");
  assert.deepEqual(await run("pins/DeletePins", { pin_id: pin.id }), [{}]);
});

test("a carousel of images as base64, from the rows of a form", async () => {
  const data = `data:image/jpeg;base64,${JPEG}`;
  const row = (title) => ({ title, content_type: "image/jpeg", data, link: "" });
  const [pin] = await run("pins/CreatePins", {
    board_id: board.id,
    media_source__source_type: "multiple_image_base64",
    media_source__multiple_image_base64__items: { ADD: [row("One"), row("Two")] },
  });
  assert.equal(pin.media.items.length, 2);
});

test("a list comes out in each of the four ways", async () => {
  const [{ result, count }] = await run("boards/ListBoards", { outputType: "array" });
  assert.equal(result.length, count);
  const one = await run("boards/ListBoards", { outputType: "object" });
  assert.deepEqual(one.map(({ id }) => id), result.map(({ id }) => id));
  assert.deepEqual(one.map(({ index }) => index), result.map((_, index) => index));
  const first = await run("boards/ListBoards", { outputType: "first" });
  assert.deepEqual(first.map(({ id }) => id), [result[0].id]);
  const [file] = await run("boards/ListBoards", { outputType: "file" });
  assert.equal(file.count, count);
  const lines = readFileSync(join(service, "boards/ListBoards/boards.list.csv"), "utf8").split("\r\n");
  assert.equal(lines.length, count + 2);
  assert.ok(lines[0].startsWith("id,name,"));
  assert.ok(lines[1].startsWith(`${result[0].id},${result[0].name},`));
});

test("a list offers the variables of its kind of output", async () => {
  const properties = { generateOutputPortOptions: true };
  const offered = async (outputType) => {
    const [options] = await run("pins/ListPins", { outputType }, { properties });
    return options.map(({ value }) => value);
  };
  assert.deepEqual(await offered("array"), ["result", "count"]);
  assert.deepEqual(await offered("file"), ["fileId", "count"]);
  const object = await offered("object");
  assert.ok(["id", "title", "board_id", "index"].every((name) => object.includes(name)), object);
});

test("Pins on more than one page, and the account", async () => {
  const [{ count }] = await run("pins/ListPins", { page_size: "10" });
  assert.ok(count > 20, `${count} Pins`);
  const [me] = await run("account/GetUserAccount", {});
  assert.equal(me.username, "studiofern");
});

test("any call to the API, and to nothing else", async () => {
  const query = JSON.stringify({ page_size: 1 });
  const [answer] = await run("anything_else/RequestApi", { method: "GET", path: "/boards", query });
  assert.equal(answer.items.length, 1);
  const elsewhere = await refused("anything_else/RequestApi", { method: "GET", path: "https://example.com/" });
  assert.match(elsewhere, /path/);
});

test("dropdowns have every page, and wait for what they depend on", async () => {
  for (let number = 0; number < 300; number += 1) {
    await pinterest.door("boards", { name: `Board ${number}`, sections: number ? [] : ["Here"] });
  }
  const choices = async (field, input = {}) => {
    const properties = { of: "pins.create", field };
    const transform = "./ChoicesBoardsRead#options";
    const ran = await account.component("core/ChoicesBoardsRead", { input, properties, transform });
    assert.equal(ran.code, 0, ran.text);
    assert.match(ran.text, /Component has send a message/);
    return { ...ran.messages[0], text: ran.text };
  };
  const boards = await choices("board_id");
  assert.ok(boards.choices.length > 300);
  assert.match(boards.text, /\{ label: 'Board 0', value: '\d+' \}/);
  const [{ value }] = boards.choices.filter(({ title }) => title === "Board 0");
  const sections = await choices("board_section_id", { board_id: value });
  assert.deepEqual(sections.choices.map(({ title }) => title), ["Here"]);
  assert.deepEqual((await choices("board_section_id")).choices, []);
  const [{ result }] = await run("boards/ListBoardSections", { board_id: value });
  assert.deepEqual(result.map(({ name }) => name), ["Here"]);
});

test("a trigger takes stock, then fires once for each new thing, over several ticks", async () => {
  const made = ["First", "Second", "Third"];
  let next = 0;
  let settled;
  const { text, messages } = await account.component("boards/NewBoards", {
    properties: {},
    tickMs: 400,
    seen: async (text, stop) => {
      if (!text.includes("waiting for") || sent(text).length < next || settled) return;
      if (next < made.length) await pinterest.door("boards", { name: made[next++] });
      // Time for an event that must not come.
      else settled = setTimeout(stop, 2500);
    },
  });
  assert.deepEqual(messages.map(({ data }) => data.name), made);
  assert.equal(new Set(messages.map(({ id }) => id)).size, made.length);
  assert.equal(text.match(/Component set new state/g).length, made.length + 1);
});

test("a trigger with a configuration", async () => {
  const [{ pin_count: count }] = await run("boards/GetBoards", { board_id: board.id });
  const { messages } = await account.component("pins/NewBoardPins", {
    properties: { board_id: board.id, include_existing: "true" },
    tickMs: 400,
    seen: (text, stop) => text.includes("waiting for") && setTimeout(stop, 100),
  });
  assert.equal(messages.length, count);
});

test("wrong input is refused field by field, before anything is sent", async () => {
  await pinterest.door("requests", undefined, "DELETE");
  const error = await refused("pins/CreatePins", {
    board_id: "Botanical prints",
    media_source__source_type: "multiple_image_urls",
    media_source__multiple_image_urls__items: '[{"title": "no address"}]',
  });
  assert.match(error, /board_id: must be an id/);
  assert.match(error, /media_source\.items\[0\]\.url: is required/);
  assert.deepEqual(await pinterest.door("requests", undefined, "GET"), []);
});

test("no error tells the token, not even that of a request that could not be sent", async () => {
  account.configure({ routes: "https://api.pinterest.com=http://127.0.0.1:9" });
  const error = await refused("boards/CreateBoards", { name: "Nowhere" });
  assert.match(error, /ECONNREFUSED|reach/i);
  account.configure({ routes: pinterest.routes.join() });
  assert.ok(account.secrets.size >= 3);
});

test("one of many records has its fields in the form, and its own answer", async () => {
  const [{ result: [account] }] = await run("ad_accounts/ListAdAccounts", { maxItems: 1 });
  const form = { ad_account_id: account.id, name: "Made by Appmixer", objective_type: "CONSIDERATION", status: "PAUSED" };
  const [campaign] = await run("campaigns/CreateCampaigns", {
    ...form, is_campaign_budget_optimization: "true", daily_spend_cap: "25000000",
  });
  assert.equal(campaign.name, form.name);
  assert.match(campaign.id, /^\d+$/);
  const error = await refused("campaigns/CreateCampaigns", { ...form, objective_type: "FAME" });
  assert.match(error, /\(objective_type: /);
  const { name } = campaign;
  const [again] = await run("campaigns/UpdateCampaigns", { ad_account_id: account.id, id: campaign.id, name: `${name}!` });
  assert.equal(again.name, `${name}!`);
});
