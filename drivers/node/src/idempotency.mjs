/** The value by which a service knows a request that it had before. */

import { createHash } from "node:crypto";

import { word } from "./method.mjs";

/** @import { PendingRequest } from "./contract.d.ts" */

/** Characters of a key: so few that every service takes them, and enough to tell all requests apart. */
const LENGTH = 32;

/**
 * The same for the same request of the same call, however often and by whatever process it is sent.
 * @param {string} call the id of the call
 * @param {PendingRequest} pending
 */
export function key(call, { request, checkpoint }) {
  const digest = createHash("sha256");
  for (const part of [Buffer.from(call), checkpoint, Buffer.from(word(request.method))]) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(part.length));
    digest.update(length).update(part);
  }
  return digest.update(request.url).digest("hex").slice(0, LENGTH);
}
