/**
 * Runs any connector component in a browser or an edge runtime: the same driver, without files, processes
 * and workers. It needs `fetch` or something in its place, `crypto`, WebAssembly, and nothing of Node.
 */

import { fromBase64 } from "./bytes.mjs";
import { connectOn } from "./connect.mjs";
import { blobs } from "./given.mjs";
import { maker } from "./instance.mjs";
import { timers } from "./platform.mjs";

/** @import { Component } from "./contract.d.ts" */

export { blobs } from "./given.mjs";
export { ConnectorError, Refusal } from "./errors.mjs";
export { transport } from "./transport.mjs";

/** Bytes of saved answers: they are in memory here. */
const SAVED = 32 * 1024 * 1024;

export const connect = connectOn({ blobs, timers, streams: false, policy: { saveBytes: SAVED } });

/**
 * A component, for `connect`.
 * @param {(compile: (name: string) => WebAssembly.Module, imports: Record<string, {}>) => Component} instantiate
 *   what the component as JavaScript exports
 * @param {Record<string, WebAssembly.Module | Uint8Array<ArrayBuffer> | string>} modules by the names of
 *   their files: compiled already, where the runtime compiles nothing; bytes; or bytes in base64
 */
export function component(instantiate, modules) {
  return maker(instantiate, (name) => {
    const given = Object.hasOwn(modules, name) ? modules[name] : undefined;
    const module = typeof given === "string" ? fromBase64(given) : given;
    if (module === undefined) throw new TypeError(`\`modules\` lacks ${name}, or it is no base64`);
    return module;
  });
}
