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
const ROUNDS = 25;

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
  list: require(join(service, "board_pins/List/List.js")).receive,
  get: require(join(service, "boards/Get/Get.js")).receive,
};

/** Milliseconds of one run. */
async function time(receive, content, times) {
  const started = performance.now();
  for (let count = 0; count < times; count += 1) await receive(context(content));
  return performance.now() - started;
}

/** Prints how many runs a second each way makes, and their ratio. */
async function compare(name, job, content, times) {
  const [ours, theirs] = [context(content), context(content)];
  await packed[job](ours);
  await plain[job](theirs);
  const amount = ({ sent: [message] }) => message.count ?? 1;
  if (amount(ours) !== amount(theirs)) throw new Error(`${amount(ours)} items and ${amount(theirs)}`);
  const rounds = { packed: [], plain: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    // A minute later, by the emulator's clock: its rate limits stay out of the comparison.
    await pinterest.door("clock", { seconds: 60 });
    rounds.packed.push(await time(packed[job], content, times));
    rounds.plain.push(await time(plain[job], content, times));
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1] / times;
  const [pack, direct] = [median(rounds.packed), median(rounds.plain)];
  const shown = `pack ${pack.toFixed(2)} ms, direct ${direct.toFixed(2)} ms`;
  console.log(`${name}: ${shown}, throughput of the pack ${(direct / pack).toFixed(2)} of direct`);
}

const { data } = await axios({
  url: `${origin}/boards`, method: "POST", data: { name: "Bench" },
  headers: { Authorization: `Bearer ${pinterest.access_token}` },
});
await pinterest.door("pins", { board_id: data.id, count: PINS });
const content = { board_id: data.id };
await compare(`${PINS} Pins on ${PINS / 250} pages`, "list", content, 1);
await compare("one board", "get", content, 20);
process.exit();
