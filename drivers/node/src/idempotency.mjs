/** The value by which a service knows a request that it had before. */

import { concat, encode, hex } from "./bytes.mjs";
import { word } from "./method.mjs";

/** @import { PendingRequest } from "./contract.d.ts" */

/** Characters of a key: so few that every service takes them, and enough to tell all requests apart. */
const LENGTH = 32;

/**
 * The same for the same request of the same call, however often and by whatever process it is sent.
 * @param {string} call the id of the call
 * @param {PendingRequest} pending
 */
export async function key(call, { request, checkpoint }) {
  const parts = [];
  for (const part of [encode(call), checkpoint, encode(word(request.method))]) {
    const length = new DataView(new ArrayBuffer(8));
    length.setBigUint64(0, BigInt(part.length), true);
    parts.push(new Uint8Array(length.buffer), part);
  }
  const digest = await crypto.subtle.digest("SHA-256", concat([...parts, encode(request.url)]));
  return hex(new Uint8Array(digest)).slice(0, LENGTH);
}
