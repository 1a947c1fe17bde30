/**
 * Takes credentials out of what comes from outside: a service may echo them, and no component may
 * see them. A value is found as it is, in JSON, in a URL, in HTML, and in base64.
 */

import { base64, concat, encode, fromLatin1, latin1, searchable } from "./bytes.mjs";
import { WIDEST, readings } from "./escapes.mjs";

const MASK = "[secret]";

/** Values that are too short to be secret would be found in ordinary words. */
const SHORTEST = 8;

/** How many values are remembered; a connection whose tokens are renewed has ever new ones. */
const REMEMBERED = 16;

/** Letters that nobody escapes; a run of fewer is in too many places to look for. */
const PLAIN = /[A-Za-z0-9]{4,}/g;

/** Bytes that are looked at together. */
const BLOCK = 256 * 1024;

export class Mask {
  /** @type {Map<string, Form>} by value */
  #forms = new Map();
  #list = /** @type {Form[]} */ ([]);

  /** @param {Iterable<string>} [secrets] of visible ASCII characters */
  constructor(secrets = []) {
    for (const secret of secrets) this.add(secret);
  }

  /** @param {string} secret */
  add(secret) {
    if (secret.length < SHORTEST || this.#list[0]?.texts[0] === secret) return;
    const form = this.#forms.get(secret) ?? new Form(secret);
    // The one that was used last is the last one to be forgotten.
    this.#forms.delete(secret);
    this.#forms.set(secret, form);
    const [oldest] = this.#forms.keys();
    if (this.#forms.size > REMEMBERED) this.#forms.delete(oldest);
    this.#list = [...this.#forms.values()].reverse();
  }

  /** @param {string} text */
  text(text) {
    const found = this.#list.filter((form) => form.isLikely(text));
    return found.length === 0 ? text : masked(text, found.flatMap(({ texts }) => texts));
  }

  /** @param {Uint8Array<ArrayBuffer>} bytes */
  bytes(bytes) {
    if (this.#list.length === 0) return bytes;
    const content = searchable(bytes);
    const found = this.#list.filter((form) => form.isLikely(content));
    if (found.length === 0) return bytes;
    const blocks = new Blocks(found);
    const parts = [];
    for (let at = 0; at < bytes.length; at += BLOCK) parts.push(blocks.next(bytes.subarray(at, at + BLOCK)));
    return concat([...parts, blocks.end()]);
  }

  /**
   * The same for bytes that come in chunks.
   * @param {AsyncIterable<Uint8Array>} chunks
   * @returns {AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>}
   */
  async *chunks(chunks) {
    const blocks = new Blocks(this.#list);
    for await (const chunk of chunks) {
      const ready = blocks.next(chunk);
      if (ready.length > 0) yield ready;
    }
    const rest = blocks.end();
    if (rest.length > 0) yield rest;
  }
}

/** One secret, in base64 too. */
class Form {
  /** @type {string[]} one of them is in all that holds the secret */
  #signs;

  /** @param {string} secret */
  constructor(secret) {
    this.texts = [secret, ...[0, 1, 2].flatMap((offset) => inBase64(secret, offset))];
    const runs = this.texts.map(longestRun);
    const all = (/** @type {(hex: string) => string} */ write) =>
      [...secret.slice(0, 2)].map((letter) => write(hex(letter))).join("");
    const escaped = ["%", "\\u00"].flatMap((sign) =>
      [all((hex) => sign + hex), all((hex) => sign + hex.toUpperCase())]);
    this.#signs = runs.includes("") ? [] : [...new Set([...runs, ...escaped])];
  }

  /** @param {{ includes(text: string): boolean }} content */
  isLikely(content) {
    return this.#signs.length === 0 || this.#signs.some((sign) => content.includes(sign));
  }
}

/** Content that comes in blocks: the end of one may be the beginning of a secret. */
class Blocks {
  #forms;
  #held;
  #rest = new Uint8Array();

  /** @param {Form[]} forms */
  constructor(forms) {
    this.#forms = forms;
    this.#held = Math.max(0, ...forms.flatMap(({ texts }) => texts.map((text) => text.length * WIDEST - 1)));
  }

  /**
   * @param {Uint8Array} block
   * @returns {Uint8Array<ArrayBuffer>}
   */
  next(block) {
    if (this.#forms.length === 0) return /** @type {any} */ (block);
    const whole = concat([this.#rest, block]);
    const content = searchable(whole);
    const found = this.#forms.filter((form) => form.isLikely(content));
    const texts = found.flatMap(({ texts }) => texts);
    const clean = found.length > 0 ? fromLatin1(masked(latin1(whole), texts)) : whole;
    const ready = Math.max(0, clean.length - this.#held);
    this.#rest = Uint8Array.from(clean.subarray(ready));
    return clean.subarray(0, ready);
  }

  end() {
    return this.#rest;
  }
}

/**
 * @param {string} text
 * @param {string[]} secrets
 */
function masked(text, secrets) {
  const spans = [];
  for (const plain of readings(text)) {
    for (const secret of secrets) {
      for (let index = plain.text.indexOf(secret); index >= 0; ) {
        const end = index + secret.length;
        spans.push([plain.at(index), plain.at(end)]);
        index = plain.text.indexOf(secret, end);
      }
    }
  }
  spans.sort(([one], [other]) => one - other);
  let [made, at] = ["", 0];
  for (const [start, end] of spans) {
    if (start >= at) made += text.slice(at, start) + MASK;
    at = Math.max(at, end);
  }
  return made + text.slice(at);
}

/** @param {string} text */
function longestRun(text) {
  return (text.match(PLAIN) ?? [""]).reduce((one, other) => (other.length > one.length ? other : one));
}

/** @param {string} letter */
function hex(letter) {
  return letter.charCodeAt(0).toString(16).padStart(2, "0");
}

/**
 * The letters of base64 that hold nothing but bits of the secret, when it begins at a byte that is
 * `offset` bytes behind a group of three; in both alphabets.
 * @param {string} secret
 * @param {number} offset
 */
function inBase64(secret, offset) {
  const letters = base64(encode(`${"\0".repeat(offset)}${secret}`));
  const [first, last] = [Math.ceil((offset * 8) / 6), Math.floor(((offset + secret.length) * 8) / 6)];
  const plain = letters.slice(first, last);
  return [...new Set([plain, plain.replaceAll("+", "-").replaceAll("/", "_")])];
}
