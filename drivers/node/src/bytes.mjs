/** Bytes and texts, in any runtime: as Node has them where it is Node, which is several times as fast. */

const Native = typeof Buffer === "undefined" ? undefined : Buffer;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Characters that one call of a function takes as its arguments. */
const ARGUMENTS = 8192;

/** @param {string} text */
export const encode = (text) => encoder.encode(text);

/**
 * What is no UTF-8 becomes U+FFFD.
 * @param {Uint8Array} bytes
 */
export const decode = (bytes) => decoder.decode(bytes);

/**
 * @param {Uint8Array[]} parts
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function concat(parts) {
  if (parts.length === 1 && parts[0].buffer instanceof ArrayBuffer) return /** @type {any} */ (parts[0]);
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * A character for each byte.
 * @param {Uint8Array} bytes
 */
export function latin1(bytes) {
  if (Native) return view(Native, bytes).toString("latin1");
  let text = "";
  for (let at = 0; at < bytes.length; at += ARGUMENTS) {
    text += String.fromCharCode(...bytes.subarray(at, at + ARGUMENTS));
  }
  return text;
}

/**
 * A byte for each character.
 * @param {string} text of characters below U+0100
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function fromLatin1(text) {
  return Native ? Native.from(text, "latin1") : Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * Something that can be asked whether it includes a text of ASCII characters.
 * @param {Uint8Array} bytes
 * @returns {{ includes(text: string): boolean }}
 */
export function searchable(bytes) {
  return Native ? view(Native, bytes) : latin1(bytes);
}

/** @param {Uint8Array} bytes */
export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} text of pairs of hexadecimal digits */
export function fromHex(text) {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** @param {Uint8Array} bytes */
export function base64(bytes) {
  return Native ? view(Native, bytes).toString("base64") : btoa(latin1(bytes));
}

/**
 * Undefined when it is no base64. The padding may be left out.
 * @param {string} text in the standard alphabet
 * @returns {Uint8Array<ArrayBuffer> | undefined}
 */
export function fromBase64(text) {
  const plain = text.replace(/={1,2}$/, "");
  if (!/^[A-Za-z0-9+/]*$/.test(plain) || plain.length % 4 === 1) return undefined;
  return Native ? Native.from(plain, "base64") : fromLatin1(atob(plain));
}

/**
 * Which comes first, byte by byte.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function compare(one, other) {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  return at < 0 || at >= other.length ? one.length - other.length : one[at] - other[at];
}

/**
 * The same bytes with Node's methods.
 * @param {typeof Buffer} Native
 * @param {Uint8Array} bytes
 */
const view = (Native, { buffer, byteOffset, length }) => Native.from(buffer, byteOffset, length);
