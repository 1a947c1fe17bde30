/** Runs any connector component on Node: `connect` it, then call its actions and poll its triggers. */

import { connectOn } from "./connect.mjs";
import { files } from "./files.mjs";
import { isolated } from "./isolate.mjs";
import { timers } from "./platform.mjs";

export { ConnectorError, Refusal } from "./errors.mjs";
export { files } from "./files.mjs";
export { load } from "./load.mjs";
export { transport } from "./transport.mjs";

export const connect = connectOn({ blobs: files, isolate: isolated, timers, streams: true, policy: {} });
