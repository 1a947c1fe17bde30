/**
 * The files of a case: those that its `call` names under `blobs`, and the answers to requests with
 * `save`, as `saved-0`, `saved-1` and so on.
 */

import { content } from "./case-files.mjs";

/**
 * `{"film.mp4": {"name": …, "size": …, "text" or "base64": …}}`; what comes after the bytes, up to
 * the size, is zeros.
 */
export function caseBlobs(files = {}) {
  const blobs = new Map(
    Object.entries(files).map(([reference, file]) => {
      const bytes = content(file);
      return [reference, { name: file.name, bytes, size: file.size ?? bytes.length }];
    }),
  );
  let saved = 0;
  return {
    /** The reply to `read`. */
    look({ blob, length, ...range }) {
      const offset = Number(range.offset);
      const file = blobs.get(blob);
      if (!file) return { tag: "undelivered", val: "there is no such file" };
      const { bytes, size, name } = file;
      const data = Buffer.alloc(Math.max(0, Math.min(offset + length, size) - offset));
      bytes.copy(data, 0, offset);
      return { tag: "chunk", val: { data, size: BigInt(size), name } };
    },
    /** The reply to a request with `save` that was answered with a 2xx. */
    save({ status, headers, body: bytes }) {
      const blob = `saved-${saved++}`;
      blobs.set(blob, { bytes, size: bytes.length });
      return { tag: "saved", val: { status, headers, blob } };
    },
  };
}
