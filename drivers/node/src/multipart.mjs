/** Bodies of type `multipart/form-data` (RFC 7578). */

import { Refusal } from "./errors.mjs";

/** @import { Part, Piece } from "./contract.d.ts" */

/**
 * The pieces of a form with all parts in their order, and its type.
 * @param {Part[]} parts
 */
export function form(parts) {
  const boundary = `part-${crypto.randomUUID()}`;
  /** @param {string} val @returns {Piece} */
  const text = (val) => ({ tag: "text", val });
  const pieces = parts.flatMap((part) =>
    [text(`--${boundary}\r\n${head(part)}\r\n`), part.content, text("\r\n")]);
  pieces.push(text(`--${boundary}--\r\n`));
  return { type: `multipart/form-data; boundary=${boundary}`, pieces };
}

/** @param {Part} part */
function head({ name, filename, contentType }) {
  if (/[\p{Cc}"]/u.test(name) || /\p{Cc}/u.test((filename ?? "") + (contentType ?? ""))) {
    throw new Refusal("multipart", `the head of the part ${JSON.stringify(name)}`);
  }
  const file = filename === undefined ? "" : `; filename="${filename.replaceAll('"', "%22")}"`;
  const type = contentType === undefined ? "" : `content-type: ${contentType}\r\n`;
  return `content-disposition: form-data; name="${name}"${file}\r\n${type}`;
}
