/** The connector in a browser, and wherever WebAssembly is compiled from bytes. */

import modules from "./component/modules.mjs";
import { connectWith } from "./edge.mjs";

export { ConnectorError, Refusal, blobs, files, transport } from "./edge.mjs";

export const connect = connectWith(modules);
