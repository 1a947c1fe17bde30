/** The connector where its core modules are given. */

import type { Connector, Options } from "./index.js";

export type * from "./index.js";
export { ConnectorError, Refusal, blobs, transport } from "./driver/edge.js";

/**
 * Gives `connect`. The modules are those of `component/`, by the names of their files: compiled, as bytes, or
 * as bytes in base64.
 */
export function connectWith(
  modules: Record<string, WebAssembly.Module | Uint8Array<ArrayBuffer> | string>,
): (options?: Omit<Options, "isolate">) => Connector;
