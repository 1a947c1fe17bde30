/** Data URIs (RFC 2397), as browsers read them. */

import { encode, fromBase64, fromLatin1, latin1 } from "./bytes.mjs";

const HEAD = /^data:([^,]*),/i;

/**
 * The bytes of one. Throws when it is none.
 * @param {string} uri
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function bytesOf(uri) {
  const [head, kind] = HEAD.exec(uri) ?? [];
  if (head === undefined || kind === undefined) throw new Error("it is no data URI: it has no comma");
  const content = unescaped(uri.slice(head.length).replace(/#.*$/s, ""));
  if (!/;\s*base64\s*$/i.test(kind)) return content;
  const bytes = fromBase64(latin1(content).replace(/[\t\n\f\r ]/g, ""));
  if (bytes === undefined) throw new Error("it is no data URI: what follows `base64,` is no base64");
  return bytes;
}

/** @param {string} text with percent-encodings */
function unescaped(text) {
  const bytes = encode(text);
  if (!text.includes("%")) return bytes;
  return fromLatin1(latin1(bytes).replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16))));
}
