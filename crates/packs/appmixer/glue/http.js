"use strict";

/** The driver's HTTP, on Appmixer's own `context.httpRequest`. */

const { Readable } = require("node:stream");

/**
 * As much of `fetch` as the driver uses, without web streams, which would take as long as the rest.
 * Redirects are answers: the driver decides about them.
 * @param {{ httpRequest: Function }} context
 * @param {URL} url
 * @param {RequestInit} init whose body is bytes or a stream
 */
async function request({ httpRequest }, url, { method, headers, body, signal }) {
  const { status, headers: given, data } = await httpRequest({
    url: url.href,
    method,
    headers: Object.fromEntries(headers),
    data: body && sendable(body),
    signal,
    responseType: "stream",
    maxRedirects: 0,
    maxBodyLength: Infinity,
    validateStatus: () => true,
  });
  const answered = new Headers();
  // A header that came more than once is a list.
  for (const [name, value] of Object.entries(given))
    for (const one of [value].flat()) answered.append(name, one);
  // The body may have been decompressed, so only its chunks say how large it is.
  answered.delete("content-length");
  return { status, ok: status >= 200 && status < 300, headers: answered, body: data };
}

const sendable = (body) =>
  body instanceof Uint8Array
    ? Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    : Readable.fromWeb(body);

module.exports = { request };
