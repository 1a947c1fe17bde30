/** What a component says before it traps, for those who mend it: the contract's `diagnostics`. */

import { decode, encode } from "./bytes.mjs";

/** Bytes of a call that are kept, the last ones. */
const MOST = 8 * 1024;

export class LastWords {
  #text = "";

  /** What a component may import. */
  imports = {
    "automation:connector/diagnostics": { lastWords: (/** @type {string} */ text) => this.#add(text) },
  };

  /** A call begins. */
  clear() {
    this.#text = "";
  }

  /** For the end of an error's message; empty when there are none. */
  told() {
    return this.#text === "" ? "" : `; its last words: ${this.#text}`;
  }

  /** @param {string} text */
  #add(text) {
    const all = encode(this.#text === "" ? text : `${this.#text}\n${text}`);
    // A character whose beginning is cut off is left out.
    this.#text = decode(all.subarray(Math.max(0, all.length - MOST))).replace(/^\ufffd+/, "");
  }
}
