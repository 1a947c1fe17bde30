/**
 * `npm run bench`: records a second through the pack, and through functions written by hand that
 * make the same requests with `fetch`. Both are called by the platform's runtime, in turn, in one
 * process; the service is the emulator, in another.
 */

import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { emulator } from "./support/emulator.mjs";
import { pack } from "./support/pack.mjs";

const require = createRequire(import.meta.url);
const Extension = require("integrator-extension");
console.log = () => {};

/** Rounds that count, after others in which the code is compiled: a stack runs for days. */
const [ROUNDS, WARM] = [40, 60];
/** How long services are from a stack, at the least. */
const NETWORK_MS = 20;
/** Nobody waits for ever, by hand neither. */
const patience = () => AbortSignal.timeout(60_000);
const made = pack("pinterest_connector");
const service = await emulator();
const connection = service.connection();
const headers = { authorization: `Bearer ${service.token}`, "content-type": "application/json" };

/** What somebody writes who needs just this. */
const byHand = {
  pins({ configuration, state }, callback) {
    const bookmark = state ? `&bookmark=${encodeURIComponent(state.bookmark)}` : "";
    const { board_id, page_size } = configuration;
    const url = `${service.origin}/v5/boards/${board_id}/pins?page_size=${page_size}${bookmark}`;
    fetch(url, { headers, signal: patience() })
      .then((response) => response.json())
      .then(({ items, bookmark }) => {
        // The service means UTC and does not say so.
        for (const item of items) item.created_at += "Z";
        callback(null, { data: items, lastPage: !bookmark, state: { bookmark } });
      })
      .catch(callback);
  },
  async create(records) {
    const answers = [];
    for (const record of records) {
      const body = JSON.stringify(record);
      const url = `${service.origin}/v5/boards`;
      const response = await fetch(url, { method: "POST", headers, body, signal: patience() });
      const answer = await response.json();
      answers.push(response.ok
        ? { statusCode: 200, id: answer.id, _json: answer }
        : { statusCode: 422, errors: [{ code: String(answer.code), message: answer.message }] });
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

/**
 * Both in turn, and the best round of each in records a second: what else runs on the machine slows
 * rounds down at random.
 */
async function compare(what, work, rounds = ROUNDS, warm = WARM) {
  const best = { pack: 0, hand: 0 };
  for (let round = -warm; round < rounds; round++) {
    for (const side of round % 2 ? ["pack", "hand"] : ["hand", "pack"]) {
      // Another minute begins, and with it what the service allows in one.
      await service.door("clock", { seconds: 60 });
      const started = performance.now();
      const records = await work(side);
      const rate = (records / (performance.now() - started)) * 1000;
      if (round >= 0) best[side] = Math.max(best[side], rate);
    }
  }
  const { pack, hand } = best;
  process.stdout.write(
    `${what}: ${pack.toFixed(0)} records/s, by hand ${hand.toFixed(0)}, ratio ${(pack / hand).toFixed(2)}\n`);
}

const { data: boards } = await call("boardsList", {});
const board_id = boards[0].id;
await service.door("pins", { board_id, count: 1000 });
const names = { pack: ["boardPinsList", "boardsCreate"], hand: ["pins", "boards"] };
const jobs = [25, 250].map((page_size) => [
  `export, pages of ${page_size}`, (side) => exported(names[side][0], { board_id, page_size }),
]);
jobs.push(["import, one by one", (side) => imported(names[side][1], 40)]);

// Both do the same.
const [one, other] = await Promise.all(Object.values(names).map(([name]) =>
  call(name, { configuration: { board_id, page_size: 25 } })));
assert.deepEqual(one.data, other.data);

process.stdout.write("The service answers at once:\n");
for (const [what, work] of jobs) await compare(`  ${what}`, work);
await service.door("faults", { kind: { slow: NETWORK_MS }, times: 1e9 });
process.stdout.write(`It answers after ${NETWORK_MS} ms:\n`);
for (const [what, work] of jobs) await compare(`  ${what}`, work, 3, 1);

service.end();
made.remove();
