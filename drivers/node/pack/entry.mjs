/** What a package exports: the driver, connected to the package's own component. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isMainThread, parentPort, workerData } from "node:worker_threads";

// What `transpile.mjs` made; the bundler knows where it is.
import { instantiate } from "component";

import { connect as connectTo } from "../src/index.mjs";
import { maker } from "../src/instance.mjs";
import { serve } from "../src/serve.mjs";

export { ConnectorError, Refusal, files } from "../src/index.mjs";

/** Tells the worker of `isolate` from a worker of somebody who uses the package. */
const SERVES = "automation:connector";

const make = Object.assign(maker(instantiate, (name) => readFileSync(join(__dirname, name))), {
  worker: { script: __filename, data: { serves: SERVES } },
});
if (!isMainThread && parentPort && workerData?.serves === SERVES) serve(make, parentPort);

/** @param {import("../src/types.d.ts").Options} [options] */
export const connect = (options) => connectTo(make, options);
