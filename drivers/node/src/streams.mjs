/** Streams of bytes, by what all runtimes have of them. */

import { concat } from "./bytes.mjs";

/**
 * All of it.
 * @param {Iterable<Uint8Array> | AsyncIterable<Uint8Array>} chunks
 */
export async function whole(chunks) {
  const parts = [];
  for await (const chunk of chunks) parts.push(chunk);
  return concat(parts);
}

/**
 * Not every runtime has streams that can be iterated, and what a platform's own helper gives may be no stream. To
 * leave the loop is to read no further.
 * @param {ReadableStream<Uint8Array> | Iterable<Uint8Array> | AsyncIterable<Uint8Array>} stream
 * @returns {AsyncGenerator<Uint8Array, void, undefined>}
 */
export async function* chunksOf(stream) {
  if (!("getReader" in stream)) return yield* stream;
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => {});
  }
}

/**
 * Reads no further than somebody takes.
 * @param {AsyncIterable<Uint8Array>} chunks
 * @returns {ReadableStream<Uint8Array>}
 */
export function streamOf(chunks) {
  const source = chunks[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await source.return?.();
    },
  }, { highWaterMark: 0 });
}
