/** Blobs: what a reference stands for, whatever keeps it. */

import { concat } from "./bytes.mjs";
import { Refusal } from "./errors.mjs";
import { bytes } from "./size.mjs";

/** @import { Range, Reply } from "./contract.d.ts" */
/** @import { Mask } from "./secrets.mjs" */
/** @import { BlobStore, ByteRange } from "./types.d.ts" */

/**
 * How references to saved answers begin: only who was told one knows it, so no input needs to name
 * it. What follows is the store's, and cannot be guessed.
 */
export const SAVED = "saved:";

/** A blob that may be used, and is missing or broken. */
export class Unreadable extends Error {}

/**
 * @param {CallBlobs} store
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
 * @param {CallBlobs} store
 * @param {Mask} mask for what a store says about a failure
 * @returns {Promise<Reply>}
 */
export async function look({ blob, length, ...range }, store, mask) {
  const offset = bytes(range.offset, "an offset in a blob");
  try {
    const end = offset + length;
    const { size, name, stream } = await open(store, blob, { start: offset, end });
    const chunks = [];
    const due = Math.max(0, Math.min(end, size) - offset);
    let had = 0;
    for await (const chunk of stream) {
      had += chunk.length;
      if (had > due) break;
      chunks.push(chunk);
    }
    const data = concat(chunks);
    if (data.length !== due || had > due) throw new Error(`${shown(blob)}: ${had} bytes, not ${due}`);
    return { tag: "chunk", val: { data, size: BigInt(size), name } };
  } catch (/** @type {any} */ error) {
    if (error instanceof Refusal) throw error;
    return { tag: "undelivered", val: mask.text(error?.code ?? error?.message ?? "failed") };
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
 * The blobs of one call: those that its input names, and the answers that it saved. A connector that
 * could make references up could send anybody's files to its service, and what it knows to any
 * address.
 */
export class CallBlobs {
  /** References of answers that this call saved. */
  saved = /** @type {Set<string>} */ (new Set());
  /** Those of them that the caller was given. */
  #kept = new Set();
  /** References that were opened. */
  #used = new Set();
  #store;
  #input;
  #most;
  /** @type {Set<string> | undefined} */
  #named;

  /**
   * @param {BlobStore} store
   * @param {string | undefined} input JSON
   * @param {number} most how many different ones
   */
  constructor(store, input, most) {
    this.#store = store;
    this.#input = input;
    this.#most = most;
  }

  /**
   * @param {string} reference
   * @param {ByteRange} [range]
   */
  open(reference, range) {
    this.#named ??= new Set(texts(JSON.parse(this.#input ?? "null")));
    const own = reference.startsWith(SAVED) || this.saved.has(reference);
    if (!own && !this.#named.has(reference)) {
      throw new Refusal("blob", `${shown(reference)} is not in the call's input`);
    }
    if (this.#used.add(reference).size > this.#most) {
      throw new Refusal("blob", `a call uses more than ${this.#most} blobs`);
    }
    return this.#store.open(reference, range);
  }

  /** @param {AsyncIterable<Uint8Array>} content */
  async save(content) {
    if (this.saved.size >= this.#most) {
      throw new Refusal("blob", `a call saves more than ${this.#most} blobs`);
    }
    const reference = await this.#store.save(content);
    this.saved.add(reference);
    return reference;
  }

  /**
   * What the call answers with: the saved answers that it names are the caller's from then on.
   * @param {() => unknown} value
   */
  keep(value) {
    if (this.saved.size === 0) return;
    for (const text of texts(value())) if (this.saved.has(text)) this.#kept.add(text);
  }

  /** Nobody reads what was saved any more, but for what the caller was given. */
  async drop() {
    for (const reference of this.saved) {
      if (!this.#kept.has(reference)) await this.#store.drop?.(reference);
    }
  }
}

/**
 * All texts in a value, without the names of members.
 * @param {unknown} value
 * @returns {Iterable<string>}
 */
function* texts(value) {
  const rest = [value];
  while (rest.length > 0) {
    const one = rest.pop();
    if (typeof one === "string") yield one;
    if (typeof one === "object" && one !== null) for (const inner of Object.values(one)) rest.push(inner);
  }
}
