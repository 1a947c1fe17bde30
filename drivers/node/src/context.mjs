/** What a component is told about a call, and how a call that goes on later is the same one still. */

import { encode, hex, latin1 } from "./bytes.mjs";
import { ConnectorError } from "./errors.mjs";

/** @import { Checkpoint, Context } from "./contract.d.ts" */
/** @import { CallContext } from "./types.d.ts" */

/** What an id may be: so it says the contract. */
const ID = /^[\x21-\x7e]{1,64}$/;

/** A name that no other call has. */
export function freshId() {
  return hex(crypto.getRandomValues(new Uint8Array(16)));
}

/**
 * @param {CallContext} [call]
 * @param {string} [locale] of the connection
 * @returns {Context}
 */
export function contextOf({ id = freshId(), now = new Date().toISOString(), limit } = {}, locale) {
  if (!ID.test(id)) throw new TypeError("the `id` of a call is 1 to 64 visible ASCII characters");
  if (limit !== undefined && limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new TypeError("the `limit` of a call is a whole number");
  }
  const wanted = limit === undefined || limit === Infinity ? undefined : BigInt(limit);
  return { call: id, now, locale, wanted, extensions: [] };
}

/**
 * Where a call goes on later: its id, and the checkpoint.
 * @param {string} id
 * @param {Checkpoint} checkpoint
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bookmark(id, checkpoint) {
  return Uint8Array.from([id.length, ...encode(id), ...checkpoint]);
}

/**
 * What `bookmark` made.
 * @param {Uint8Array} bytes
 */
export function opened(bytes) {
  const length = bytes[0] ?? 0;
  const id = latin1(bytes.subarray(1, 1 + length));
  if (id.length === length && ID.test(id)) return { id, checkpoint: Uint8Array.from(bytes.subarray(1 + length)) };
  throw new ConnectorError({
    kind: "invalid-input", code: "damaged", fields: [],
    message: "the checkpoint of the page is damaged: begin the list again",
  });
}
