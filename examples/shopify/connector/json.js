/** JSON as bytes. The engine has no `TextEncoder`, and its numbers lose digits. */

/** Bytes that are made a text at once: as many as a call takes arguments. */
const CHUNK = 8192;

export function encode(value) {
  const bytes = unescape(encodeURIComponent(JSON.stringify(value)));
  return Uint8Array.from(bytes, (letter) => letter.charCodeAt(0));
}

/** Throws when it is no JSON. Integers that a number does not hold are texts of their digits. */
export function decode(bytes) {
  return JSON.parse(withDigits(textOf(bytes)));
}

/** What takes more than a byte, which most of an answer does not. */
const BEYOND_ASCII = /[\x80-\xff]/;

/** UTF-8. */
export function textOf(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + CHUNK));
  }
  return BEYOND_ASCII.test(text) ? decodeURIComponent(escape(text)) : text;
}

const LONG = /\d{16}/;
/** Texts and numbers, so that digits in a text are not taken for a number. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const isLong = (token) => /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token));

function withDigits(text) {
  if (!LONG.test(text)) return text;
  return text.replace(TOKEN, (token) => (isLong(token) ? `"${token}"` : token));
}
