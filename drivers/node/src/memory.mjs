/** An upper limit for the memories of a core module, written into its bytes before it is compiled. */

import { concat } from "./bytes.mjs";
import { Refusal } from "./errors.mjs";

/** Bytes of a page of wasm's memory. */
const PAGE = 64 * 1024;
/** Sections of memories that a module has, in the binary format of wasm. */
const MEMORIES = 5;

/**
 * @param {Uint8Array<ArrayBuffer>} module
 * @param {number} bytes that each of its memories may have
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function limited(module, bytes) {
  const most = Math.floor(bytes / PAGE);
  const reader = new Reader(module, 8);
  while (reader.at < module.length) {
    const start = reader.at;
    const [section, size] = [module[reader.at++], reader.number()];
    const end = reader.at + size;
    if (section === MEMORIES) {
      const body = memories(reader, most);
      const head = [MEMORIES, ...leb(body.length)];
      return concat([module.subarray(0, start), Uint8Array.from([...head, ...body]), module.subarray(end)]);
    }
    reader.at = end;
  }
  return module;
}

/**
 * The section's content with a maximum for each memory.
 * @param {Reader} reader
 * @param {number} most pages
 */
function memories(reader, most) {
  const count = reader.number();
  const body = leb(count);
  for (let index = 0; index < count; index++) {
    const flags = reader.number();
    // Shared memories and those of 64 bits are nothing that a component has.
    if (flags > 1) throw new Refusal("contract", "the component has a memory of an unknown kind");
    const least = reader.number();
    const largest = flags === 1 ? Math.min(reader.number(), most) : most;
    if (least > most) throw new Refusal("contract", `the component begins with ${least} pages of memory`);
    body.push(1, ...leb(least), ...leb(largest));
  }
  return body;
}

/** Reads numbers in LEB128. */
class Reader {
  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
  }

  number() {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined || shift > 2 ** 35) throw new Refusal("contract", "a core module is broken");
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  }
}

/** @param {number} value */
function leb(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return [...bytes, value];
}
