/**
 * Takes credentials out of what comes from outside: a service may echo them, and no component may
 * see them. A value is found as it is, in JSON, in a URL, in HTML, and in base64.
 */

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

  /** @param {Buffer<ArrayBuffer>} bytes */
  bytes(bytes) {
    const found = this.#list.filter((form) => form.isLikely(bytes));
    if (found.length === 0) return bytes;
    const blocks = new Blocks(found);
    const parts = [];
    for (let at = 0; at < bytes.length; at += BLOCK) parts.push(blocks.next(bytes.subarray(at, at + BLOCK)));
    return Buffer.concat([...parts, blocks.end()]);
  }

  /**
   * The same for bytes that come in chunks.
   * @param {AsyncIterable<Uint8Array>} chunks
   * @returns {AsyncGenerator<Buffer, void, undefined>}
   */
  async *chunks(chunks) {
    const blocks = new Blocks(this.#list);
    for await (const chunk of chunks) {
      const ready = blocks.next(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
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
  #bytes;

  /** @param {string} secret */
  constructor(secret) {
    this.texts = [secret, ...[0, 1, 2].flatMap((offset) => base64(secret, offset))];
    const runs = this.texts.map(longestRun);
    const all = (/** @type {(hex: string) => string} */ write) =>
      [...secret.slice(0, 2)].map((letter) => write(hex(letter))).join("");
    const escaped = ["%", "\\u00"].flatMap((sign) =>
      [all((hex) => sign + hex), all((hex) => sign + hex.toUpperCase())]);
    this.#signs = runs.includes("") ? [] : [...new Set([...runs, ...escaped])];
    this.#bytes = this.#signs.map((sign) => Buffer.from(sign));
  }

  /** @param {Buffer | string} content */
  isLikely(content) {
    if (this.#signs.length === 0) return true;
    return typeof content === "string"
      ? this.#signs.some((sign) => content.includes(sign))
      : this.#bytes.some((sign) => content.includes(sign));
  }
}

/** Content that comes in blocks: the end of one may be the beginning of a secret. */
class Blocks {
  #forms;
  #held;
  #rest = Buffer.alloc(0);

  /** @param {Form[]} forms */
  constructor(forms) {
    this.#forms = forms;
    this.#held = Math.max(0, ...forms.flatMap(({ texts }) => texts.map((text) => text.length * WIDEST - 1)));
  }

  /** @param {Buffer<ArrayBufferLike>} block */
  next(block) {
    const whole = this.#held ? Buffer.concat([this.#rest, block]) : block;
    const found = this.#forms.filter((form) => form.isLikely(whole));
    const texts = found.flatMap(({ texts }) => texts);
    const clean = found.length > 0 ? Buffer.from(masked(whole.toString("latin1"), texts), "latin1") : whole;
    const ready = Math.max(0, clean.length - this.#held);
    this.#rest = Buffer.from(clean.subarray(ready));
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
function base64(secret, offset) {
  const letters = Buffer.from(`${"\0".repeat(offset)}${secret}`).toString("base64");
  const [first, last] = [Math.ceil((offset * 8) / 6), Math.floor(((offset + secret.length) * 8) / 6)];
  const plain = letters.slice(first, last);
  return [...new Set([plain, plain.replaceAll("+", "-").replaceAll("/", "_")])];
}
