/**
 * `node bench.mjs`: the pack against components that do the same job with a direct call, as
 * components for Appmixer are usually written. Both run in this process, in turns, on the same
 * `context`, whose `httpRequest` is the library that Appmixer gives to components.
 */

import { createRequire } from "node:module";
import { join } from "node:path";

import { emulator, pack } from "./support/judge.mjs";

const require = createRequire(import.meta.url);
const axios = require("axios");

const PINS = 2000;
const [ROUNDS, WARM] = [40, 60];
/** Less than it takes to reach a service in the same region. */
const WAY_MS = 20;

const pinterest = await emulator();
const service = join(await pack(), "pinterest");
const origin = `${pinterest.origin}/v5`;

/** Sends nothing anywhere, but keeps what was sent. */
function context(content) {
  const auth = { accessToken: pinterest.access_token, routes: pinterest.routes.join() };
  const messages = { in: { content } };
  const sent = [];
  return {
    auth, config: auth, messages, sent, properties: {}, httpRequest: axios,
    CancelError: Error, sendJson: async (message) => sent.push(message),
  };
}

/** The usual way. */
const plain = {
  async list({ auth, httpRequest, messages, sendJson }) {
    const { board_id: id } = messages.in.content;
    const result = [];
    let bookmark;
    do {
      const { data } = await httpRequest({
        url: `${origin}/boards/${id}/pins`,
        headers: { Authorization: `Bearer ${auth.accessToken}` },
        params: { page_size: 250, bookmark },
      });
      result.push(...data.items);
      bookmark = data.bookmark;
    } while (bookmark);
    await sendJson({ result, count: result.length }, "out");
  },
  async get({ auth, httpRequest, messages, sendJson }) {
    const { data } = await httpRequest({
      url: `${origin}/boards/${messages.in.content.board_id}`,
      headers: { Authorization: `Bearer ${auth.accessToken}` },
    });
    await sendJson(data, "out");
  },
};
const packed = {
  list: require(join(service, "boards/ListBoardPins/ListBoardPins.js")).receive,
  get: require(join(service, "boards/GetBoards/GetBoards.js")).receive,
};

/** Milliseconds of one run. */
async function time(receive, content, times) {
  const started = performance.now();
  for (let count = 0; count < times; count += 1) await receive(context(content));
  return performance.now() - started;
}

/** Prints the best time of each way, and their ratio: what else the machine does is left out. */
async function compare(name, job, content, times = 1, warm = WARM) {
  const [ours, theirs] = [context(content), context(content)];
  await packed[job](ours);
  await plain[job](theirs);
  const amount = ({ sent: [message] }) => message.count ?? 1;
  if (amount(ours) !== amount(theirs)) throw new Error(`${name}: not the same job`);
  const best = { packed: Infinity, plain: Infinity };
  for (let round = -warm; round < ROUNDS; round += 1) {
    // A minute later, by the emulator's clock: its rate limits stay out of the comparison.
    await pinterest.door("clock", { seconds: 60 });
    for (const [way, jobs] of Object.entries({ packed, plain })) {
      const took = await time(jobs[job], content, times);
      if (round >= 0) best[way] = Math.min(best[way], took);
    }
  }
  const [pack, direct] = [best.packed / times, best.plain / times];
  const ratio = (direct / pack).toFixed(2);
  console.log(`${name}: ${pack.toFixed(2)} ms, direct ${direct.toFixed(2)} ms, ratio ${ratio}`);
}

const { data } = await axios({
  url: `${origin}/boards`, method: "POST", data: { name: "Bench" },
  headers: { Authorization: `Bearer ${pinterest.access_token}` },
});
await pinterest.door("pins", { board_id: data.id, count: PINS });
const content = { board_id: data.id };
const list = `${PINS} Pins on ${PINS / 250} pages`;
console.log("on loopback, where a request takes no time:");
await compare(list, "list", content);
await compare("one board", "get", content, 20);
console.log(`with ${WAY_MS} ms to the service and back:`);
await pinterest.door("faults", { times: 1_000_000, kind: { slow: WAY_MS } });
await compare(list, "list", content);
await compare("one board", "get", content, 5);
