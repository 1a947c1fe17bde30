/** Loads the package at once, on this thread or on another one, and calls the emulator. */

const assert = require("node:assert/strict");
const { Worker, isMainThread, workerData } = require("node:worker_threads");

const { connect } = require("pinterest-connector");

async function use([, , emulator]) {
  const { access_token: token, routes } = JSON.parse(emulator);
  const options = {
    credentials: async () => token,
    routes: Object.fromEntries(routes.map((route) => route.split("="))),
  };
  // Many connections cost no more memory than one: they share the instance.
  const connectors = Array.from({ length: 200 }, () => connect(options));
  assert.ok((await connectors[7].run("boards.list")).length > 0);
  assert.equal((await connectors[8].test()).lacking.length, 0);
  const isolated = await connect({ ...options, isolate: true });
  assert.ok((await isolated.run("boards.list")).length > 0);
}

use(isMainThread ? process.argv : workerData).then(() => {
  if (isMainThread) {
    const workers = [1, 2].map(() => new Worker(__filename, { workerData: process.argv }));
    for (const worker of workers) worker.on("exit", (code) => assert.equal(code, 0));
  }
});
