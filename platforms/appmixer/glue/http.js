"use strict";

/** The driver's HTTP, on Appmixer's own `context.httpRequest`. */

const { Readable } = require("node:stream");

/** Statuses that have no body, not even an empty one. */
const BODILESS = new Set([101, 204, 205, 304]);

/**
 * As `fetch`, without its redirects: the driver decides about them.
 * @param {{ httpRequest: Function }} context
 * @param {URL} url
 * @param {{ method: string, headers: Headers, body?: Uint8Array | Blob, signal: AbortSignal }} init
 * @returns {Promise<Response>}
 */
async function request({ httpRequest }, url, { method, headers, body, signal }) {
    const sent = Object.fromEntries(headers);
    if (body instanceof Blob) sent["content-length"] = String(body.size);
    const answer = await httpRequest({
        url: url.href,
        method,
        headers: sent,
        data: body instanceof Blob ? Readable.fromWeb(body.stream()) : body && Buffer.from(body),
        signal,
        responseType: "arraybuffer",
        maxRedirects: 0,
        maxBodyLength: Infinity,
        validateStatus: () => true,
    });
    const received = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) {
        for (const each of [value].flat()) received.append(name, each);
    }
    const content = BODILESS.has(answer.status) ? null : answer.data;
    return new Response(content, { status: answer.status, headers: received });
}

module.exports = { request };
