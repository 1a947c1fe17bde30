/** Request bodies that are put together from texts and blobs: streamed, of a length known before. */

import { Unreadable, open, shown } from "./blobs.mjs";
import { base64, concat, encode } from "./bytes.mjs";
import { bytes } from "./size.mjs";

/** @import { Piece, Slice } from "./contract.d.ts" */
/** @import { CallBlobs } from "./blobs.mjs" */

/**
 * @param {Piece[]} pieces
 * @param {CallBlobs} store
 */
export async function assemble(pieces, store) {
  let size = 0;
  /** @type {(Iterable<Uint8Array> | AsyncIterable<Uint8Array>)[]} */
  const sources = [];
  for (const piece of pieces) {
    if (piece.tag === "text") {
      const text = encode(piece.val);
      size += text.length;
      sources.push([text]);
    } else if (piece.tag === "slice") {
      const part = await slice(piece.val, store);
      size += part.size;
      sources.push(part.stream);
    } else {
      const blob = await open(store, piece.val);
      const plain = piece.tag === "blob";
      size += plain ? blob.size : 4 * Math.ceil(blob.size / 3);
      sources.push(plain ? blob.stream : encoded(blob.stream));
    }
  }
  return { size, stream: joined(sources) };
}

/**
 * @param {Slice} slice
 * @param {CallBlobs} store
 */
async function slice({ blob, ...range }, store) {
  const start = bytes(range.offset, "an offset in a blob");
  const size = bytes(range.length, "a part of a blob");
  const whole = await open(store, blob, { start, end: start + size });
  if (start + size <= whole.size) return { size, stream: whole.stream };
  throw new Unreadable(`${shown(blob)} has ${whole.size} bytes, not ${size} from ${start} on`);
}

/** @param {(Iterable<Uint8Array> | AsyncIterable<Uint8Array>)[]} sources */
async function* joined(sources) {
  for (const source of sources) yield* source;
}

/**
 * Groups of three bytes may span chunks.
 * @param {AsyncIterable<Uint8Array>} stream
 */
async function* encoded(stream) {
  let rest = new Uint8Array();
  for await (const chunk of stream) {
    const bytes = concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % 3);
    yield encode(base64(bytes.subarray(0, whole)));
    rest = bytes.subarray(whole);
  }
  yield encode(base64(rest));
}
