/** Blobs where there are no files: data URIs, what was given by name, and saved answers, all in memory. */

import { SAVED, shown } from "./blobs.mjs";
import { encode } from "./bytes.mjs";
import { bytesOf } from "./data-uri.mjs";
import { chunksOf, whole } from "./streams.mjs";

/** @import { BlobStore, ByteRange, GivenBlob, OpenBlob } from "./types.d.ts" */

/** @type {ByteRange} */
const WHOLE = { start: 0, end: Infinity };

/**
 * @param {Record<string, GivenBlob>} [named] what a call's input may name
 * @returns {BlobStore}
 */
export function blobs(named = {}) {
  /** @type {Map<string, Uint8Array<ArrayBuffer>>} */
  const saved = new Map();
  return {
    async open(reference, range = WHOLE) {
      if (/^data:/i.test(reference)) return part(bytesOf(reference), range);
      const kept = reference.startsWith(SAVED) ? saved.get(reference)
        : Object.hasOwn(named, reference) ? named[reference] : undefined;
      if (kept !== undefined) return part(kept, range, reference.startsWith(SAVED) ? undefined : reference);
      throw new Error(`${shown(reference)} is neither a data URI nor one of the blobs that were given`);
    },
    async save(content) {
      const reference = SAVED + crypto.randomUUID();
      saved.set(reference, await whole(content));
      return reference;
    },
    drop(reference) {
      saved.delete(reference);
    },
  };
}

/**
 * @param {GivenBlob} given
 * @param {ByteRange} range
 * @param {string} [name]
 * @returns {OpenBlob}
 */
function part(given, { start, end }, name) {
  const blob = typeof given === "string" ? encode(given) : given;
  if (blob instanceof Uint8Array) return { size: blob.length, name, stream: only(blob.subarray(start, end)) };
  const until = Math.min(end, blob.size);
  return { size: blob.size, name, stream: chunksOf(blob.slice(start, until).stream()) };
}

/** @param {Uint8Array} bytes */
async function* only(bytes) {
  if (bytes.length > 0) yield bytes;
}
