/** Bodies of type `multipart/form-data` (RFC 7578). */

import { randomUUID } from "node:crypto";

import { Refusal } from "./errors.mjs";

/** @import { Part } from "./contract.d.ts" */
/** @import { Options } from "./types.d.ts" */

/**
 * One blob of all parts in their order. It refers to what it is made of: the content of a file is
 * read when it is sent, and its length is known before.
 * @param {Part[]} parts
 * @param {Options["blobs"]} blobs
 */
export async function encode(parts, blobs) {
  const boundary = `part-${randomUUID()}`;
  /** @type {(string | Blob)[]} */
  const pieces = [];
  for (const part of parts) {
    pieces.push(`--${boundary}\r\n${head(part)}\r\n`, await content(part, blobs), "\r\n");
  }
  pieces.push(`--${boundary}--\r\n`);
  return { type: `multipart/form-data; boundary=${boundary}`, body: new Blob(pieces) };
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

/**
 * @param {Part} part
 * @param {Options["blobs"]} blobs
 */
async function content({ name, content }, blobs) {
  if (content.tag === "text") return content.val;
  if (!blobs) throw new Refusal("blob", `nobody resolves the blob of the part ${name}`);
  const blob = await blobs(content.val);
  return blob instanceof Blob ? blob : new Response(blob).blob();
}
