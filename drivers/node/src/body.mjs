/** Request bodies that are put together from texts and blobs: streamed, of a length known before. */

import { open } from "./blobs.mjs";

/** @import { Piece } from "./contract.d.ts" */
/** @import { CallBlobs } from "./blobs.mjs" */

/**
 * @param {Piece[]} pieces
 * @param {CallBlobs} store
 */
export async function assemble(pieces, store) {
  let size = 0;
  /** @type {(Iterable<Uint8Array> | AsyncIterable<Uint8Array>)[]} */
  const sources = [];
  for (const { tag, val } of pieces) {
    if (tag === "text") {
      const bytes = Buffer.from(val);
      size += bytes.length;
      sources.push([bytes]);
    } else {
      const blob = await open(store, val);
      size += tag === "blob" ? blob.size : 4 * Math.ceil(blob.size / 3);
      sources.push(tag === "blob" ? blob.stream : base64(blob.stream));
    }
  }
  return { size, stream: joined(sources) };
}

/** @param {(Iterable<Uint8Array> | AsyncIterable<Uint8Array>)[]} sources */
async function* joined(sources) {
  for (const source of sources) yield* source;
}

/**
 * Groups of three bytes may span chunks.
 * @param {AsyncIterable<Uint8Array>} stream
 */
async function* base64(stream) {
  let rest = Buffer.alloc(0);
  for await (const chunk of stream) {
    const bytes = Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    yield Buffer.from(bytes.toString("base64", 0, whole));
    rest = bytes.subarray(whole);
  }
  yield Buffer.from(rest.toString("base64"));
}
