"use strict";

/** Files of Appmixer's storage, where the connector wants a file. */

/** How Appmixer names one: a UUID, or in older flows an id of its database. */
const FILE_ID = /^([0-9a-f]{24}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/**
 * The driver's store, with Appmixer's files besides. Answers that are too large for memory are
 * kept in `others` until their call ends.
 * @param {object} others for `https:` addresses and `data:` URIs
 * @param {() => object} context of the call that is running
 */
function blobs(others, context) {
  return {
    ...others,
    async open(reference, range) {
      if (!FILE_ID.test(reference)) return others.open(reference, range);
      const { filename, length } = await context().getFileInfo(reference);
      const part = range && { start: range.start, end: Math.min(range.end, length) };
      const stream = await context().getFileReadStream(reference, part);
      return { size: length, name: filename, stream };
    },
  };
}

/**
 * The content as base64. A text that names no file is base64 already.
 * @param {object} context
 * @param {string} value
 */
async function base64(context, value) {
  const dataUri = /^data:[^,]*;base64,(.*)$/s.exec(value);
  if (dataUri) return dataUri[1];
  if (!FILE_ID.test(value)) return value;
  const chunks = [];
  for await (const chunk of await context.getFileReadStream(value)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("base64");
}

module.exports = { base64, blobs };
