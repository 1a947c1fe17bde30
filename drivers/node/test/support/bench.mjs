/** `npm run bench`: what the component and the driver cost on this machine, without a network. */

import { connect, load } from "../../src/index.mjs";

const started = performance.now();
const make = await load(new URL("../../dist/github_issues", import.meta.url));
make();
console.log(`load and first instance: ${(performance.now() - started).toFixed(1)} ms`);

const repository = "octocat/hello-world";
const issue = {
  id: 1,
  number: 1,
  title: "It does not start",
  body: "x".repeat(400),
  created_at: "2026-01-01T00:00:00Z",
};
const page = Buffer.from(JSON.stringify(Array(100).fill(issue)));
const http = async () => new Response(page);
const connector = connect(make, { credentials: { token: "t" }, http });
const { val } = connector.start.action("issues.list", { repository });
/** @type {import("../../src/contract.d.ts").Reply} */
const reply = { tag: "response", val: { status: 200, headers: [], body: page } };

await measure("another instance", 200, () => make());
await measure("start: check the input, build the request", 20_000, () =>
  connector.start.action("issues.list", { repository }),
);
await measure(`resume: map a page of 100 items, ${page.length >> 10} KiB`, 2000, () =>
  connector.resume(val.checkpoint, reply),
);
await measure("run: a whole call of one such page", 1000, () =>
  connector.run("issues.list", { repository }),
);

/**
 * @param {string} what
 * @param {number} times
 * @param {() => unknown} call
 */
async function measure(what, times, call) {
  for (let i = 0; i < times / 5; i++) await call();
  const started = performance.now();
  for (let i = 0; i < times; i++) await call();
  console.log(`${what}: ${(((performance.now() - started) * 1000) / times).toFixed(1)} µs`);
}
