/** The side of a component that runs in a worker: calls come as messages, and so do the answers. */

import { ConnectorError, Refusal } from "./errors.mjs";
import { keep } from "./instance.mjs";

/** @import { MessagePort } from "node:worker_threads" */
/** @import { Maker } from "./instance.mjs" */

/**
 * Bytes of text that one call may give. In wasm's memory many texts can be the same bytes, and each
 * is a text of its own in JavaScript.
 */
const TEXT = 128 * 1024 * 1024;

/**
 * @param {Maker} make
 * @param {MessagePort} port
 */
export function serve(make, port) {
  const guest = keep(make);
  let left = 0;
  const { decode } = TextDecoder.prototype;
  TextDecoder.prototype.decode = function (bytes, options) {
    left -= bytes?.byteLength ?? 0;
    if (left < 0) throw new RangeError(`more than ${TEXT} bytes of text`);
    return decode.call(this, bytes, options);
  };
  port.on("message", ({ name, args }) => {
    left = TEXT;
    try {
      port.postMessage({ value: guest.call(name, ...args) });
    } catch (error) {
      port.postMessage(described(error));
    }
  });
  port.postMessage({ value: "ready" });
}

/** @param {any} error */
function described(error) {
  if (error instanceof ConnectorError) {
    const { reason: message, kind, code, advice, fields, status, requestId, retryAfterMs } = error;
    const details = error.details === undefined ? undefined : JSON.stringify(error.details);
    return { failure: { message, kind, code, advice, fields, status, requestId, retryAfterMs, details } };
  }
  if (error instanceof Refusal) return { rule: error.rule, message: error.message };
  return { rule: "contract", message: String(error?.message ?? error) };
}
