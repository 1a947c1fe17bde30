/** The connector on Node. */

import { fileURLToPath } from "node:url";

import { instantiate } from "./component/component.js";
import modules from "./component/modules.mjs";
import { component } from "./driver/edge.mjs";
import { connect as connectTo } from "./driver/index.mjs";

export { blobs } from "./driver/edge.mjs";
export { ConnectorError, Refusal, files, transport } from "./driver/index.mjs";

/** What a worker of `isolate` runs: it is beside this file, so not in a bundle. */
const worker = {
  script: new URL("./driver/worker.mjs", import.meta.url),
  data: { folder: fileURLToPath(new URL("./component", import.meta.url)) },
};
const made = Object.assign(component(instantiate, modules), { worker });

export const connect = (options) => connectTo(made, options);
