/** Takes a credential's value out of answers: a service may echo it, and no component may see it. */

const MASK = "[secret]";

/** Values that are too short to be secret would be found in ordinary words. */
const SHORTEST = 8;

/**
 * @param {string} text
 * @param {string | undefined} secret of ASCII characters
 */
export function without(text, secret = "") {
  return secret.length < SHORTEST ? text : text.replaceAll(secret, MASK);
}

/**
 * The same for bytes.
 * @param {Buffer<ArrayBuffer>} bytes
 * @param {string | undefined} secret
 */
export function scrub(bytes, secret = "") {
  if (secret.length < SHORTEST || !bytes.includes(secret)) return bytes;
  return Buffer.from(without(bytes.toString("latin1"), secret), "latin1");
}

/**
 * The same for bytes that come in chunks.
 * @param {AsyncIterable<Uint8Array>} chunks
 * @param {string | undefined} secret
 * @returns {AsyncGenerator<Buffer, void, undefined>}
 */
export async function* scrubbed(chunks, secret = "") {
  // The end of a chunk may be the beginning of the secret, so it waits for the next chunk.
  const held = secret.length < SHORTEST ? 0 : secret.length - 1;
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = scrub(held ? Buffer.concat([rest, chunk]) : Buffer.from(chunk), secret);
    const ready = Math.max(0, bytes.length - held);
    if (ready > 0) yield bytes.subarray(0, ready);
    rest = bytes.subarray(ready);
  }
  if (rest.length > 0) yield rest;
}
