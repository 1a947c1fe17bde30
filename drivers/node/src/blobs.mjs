/** Blobs: what a reference stands for, whatever keeps it. */

import { Refusal } from "./errors.mjs";

/** @import { Range, Reply } from "./contract.d.ts" */
/** @import { BlobStore, ByteRange } from "./types.d.ts" */

/** A blob that may be used, and is missing or broken. */
export class Unreadable extends Error {}

/**
 * @param {BlobStore} store
 * @param {string} reference
 * @param {ByteRange} [range]
 */
export async function open(store, reference, range) {
  try {
    return await store.open(reference, range);
  } catch (/** @type {any} */ error) {
    if (error instanceof Refusal) throw error;
    throw new Unreadable(`${shown(reference)}: ${error?.code ?? error?.message ?? "failed"}`);
  }
}

/**
 * The reply to a look into a blob.
 * @param {Range} range
 * @param {BlobStore} store
 * @returns {Promise<Reply>}
 */
export async function look({ blob, offset, length }, store) {
  try {
    const end = offset + length;
    const { size, name, stream } = await open(store, blob, { start: offset, end });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const data = Buffer.concat(chunks);
    const due = Math.max(0, Math.min(end, size) - offset);
    if (data.length !== due) throw new Error(`${shown(blob)}: ${data.length} bytes, not ${due}`);
    return { tag: "chunk", val: { data, size, name } };
  } catch (/** @type {any} */ error) {
    if (error instanceof Refusal) throw error;
    return { tag: "undelivered", val: error?.code ?? error?.message ?? "failed" };
  }
}

/**
 * A reference as an error may quote it: no content, and no query, which may hold a signature.
 * @param {string} reference
 */
export function shown(reference) {
  if (/^data:/i.test(reference)) return "the data URI";
  return JSON.stringify(reference.replace(/[?#].*$/s, "").slice(0, 200));
}

/**
 * A store that notes what it saves.
 * @param {BlobStore} store
 */
export function noting(store) {
  /** @type {string[]} */
  const saved = [];
  /** @type {BlobStore} */
  const noting = {
    open: (reference, range) => store.open(reference, range),
    async save(content) {
      const reference = await store.save(content);
      saved.push(reference);
      return reference;
    },
  };
  return { store: noting, saved };
}
