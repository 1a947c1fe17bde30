/**
 * `npm run bench`: records a second through the pack, and through functions written by hand that
 * make the same requests with `fetch`. Both are called by the platform's runtime, in turn, in one
 * process; the service is the emulator, in another.
 */

import { createRequire } from "node:module";

import { emulator } from "./support/emulator.mjs";
import { pack } from "./support/pack.mjs";

const require = createRequire(import.meta.url);
const Extension = require("integrator-extension");
console.log = () => {};

const ROUNDS = 15;
const made = pack("pinterest_connector");
const service = await emulator();
const connection = service.connection();
const headers = { authorization: `Bearer ${service.token}`, "content-type": "application/json" };

/** What somebody writes who needs just this. */
const byHand = {
  pins({ configuration, state }, callback) {
    const bookmark = state ? `&bookmark=${encodeURIComponent(state.bookmark)}` : "";
    const { board_id, page_size } = configuration;
    fetch(`${service.origin}/v5/boards/${board_id}/pins?page_size=${page_size}${bookmark}`, { headers })
      .then((response) => response.json())
      .then(({ items, bookmark }) =>
        callback(null, { data: items, lastPage: !bookmark, state: { bookmark } }))
      .catch(callback);
  },
  async create(records) {
    const answers = [];
    for (const record of records) {
      const body = JSON.stringify(record);
      const response = await fetch(`${service.origin}/v5/boards`, { method: "POST", headers, body });
      const { id } = await response.json();
      answers.push({ statusCode: response.ok ? 200 : 422, id });
    }
    return answers;
  },
  boards({ postMapData }, callback) {
    byHand.create(postMapData).then((answers) => callback(null, answers), callback);
  },
};

const runtime = new Extension();
runtime.loadConfiguration({ diy: { wrappers: { ...require(made.folder).wrappers, ...byHand } } }, () => {});

const call = (name, options) =>
  new Promise((resolve, reject) => {
    runtime.callFunction({ connection, ...options }, { diy: true, type: "wrapper", function: name },
      (error, result) => (error ? reject(new Error(JSON.stringify(error))) : resolve(result)));
  });

/** All pages of an export. */
async function exported(name, configuration) {
  let records = 0;
  for (let state, last = false; !last; ) {
    const page = await call(name, { configuration, state });
    records += page.data.length;
    ({ state, lastPage: last } = page);
  }
  return records;
}

let named = 0;
async function imported(name, count) {
  const postMapData = Array.from({ length: count }, () => ({ name: `Board ${named++}` }));
  const answers = await call(name, { postMapData });
  if (answers.some(({ statusCode }) => statusCode !== 200)) throw new Error(JSON.stringify(answers));
  return count;
}

/** Both in turn, and the medians of their rounds, in records a second. */
async function compare(what, work) {
  const rates = { pack: [], hand: [] };
  for (let round = -2; round < ROUNDS; round++) {
    for (const side of round % 2 ? ["pack", "hand"] : ["hand", "pack"]) {
      // Another minute begins, and with it what the service allows in one.
      await service.door("clock", { seconds: 60 });
      const started = performance.now();
      const records = await work(side);
      if (round >= 0) rates[side].push((records / (performance.now() - started)) * 1000);
    }
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const [packed, hand] = [median(rates.pack), median(rates.hand)];
  process.stdout.write(
    `${what}: ${packed.toFixed(0)} records/s, by hand ${hand.toFixed(0)}, ratio ${(packed / hand).toFixed(2)}\n`);
}

const { data: boards } = await call("boardsList", {});
const board_id = boards[0].id;
await service.door("pins", { board_id, count: 1000 });
const names = { pack: "boardPinsList", hand: "pins" };
for (const page_size of [25, 250]) {
  await compare(`export, pages of ${page_size}`, (side) => exported(names[side], { board_id, page_size }));
}
await compare("import, one by one", (side) => imported({ pack: "boardsCreate", hand: "boards" }[side], 40));

service.end();
made.remove();
