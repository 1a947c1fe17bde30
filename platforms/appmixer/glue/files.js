"use strict";

/** Files of Appmixer's storage, and what else a field for a file can hold. */

const { Readable } = require("node:stream");

/** How Appmixer names a file: a UUID, or in older flows an id of its database. */
const FILE_ID = /^([0-9a-f]{24}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/**
 * What a reference stands for: a file of Appmixer's, a `data:` URI or the content of an address.
 * @param {object} context
 * @param {string} reference
 * @returns {Promise<ReadableStream | Blob>}
 */
async function blob(context, reference) {
    if (FILE_ID.test(reference)) return Readable.toWeb(await context.getFileReadStream(reference));
    const { protocol } = new URL(reference);
    if (protocol === "data:") return (await fetch(reference)).blob();
    if (protocol !== "https:") throw new TypeError("a file is a file of Appmixer's, a data: URI or an https: address");
    const { data } = await context.httpRequest({ url: reference, responseType: "stream" });
    return Readable.toWeb(data);
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
    const content = await new Response(await blob(context, value)).arrayBuffer();
    return Buffer.from(content).toString("base64");
}

module.exports = { base64, blob };
