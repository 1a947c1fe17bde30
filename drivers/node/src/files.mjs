/** Blobs as files of this machine, data URIs and, if wanted, what is found at https addresses. */

import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, stat } from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { basename, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";

/** @import { BlobStore, ByteRange, FileOptions, OpenBlob } from "./types.d.ts" */

/** @type {ByteRange} */
const WHOLE = { start: 0, end: Infinity };

/**
 * @param {FileOptions} [options]
 * @returns {BlobStore}
 */
export function files({ folders = [], https = false, saves } = {}) {
  /** @type {Promise<string> | undefined} */
  let made;
  const place = () => (made ??= folder(saves));
  return {
    async open(reference, range = WHOLE) {
      if (/^data:/i.test(reference)) return data(reference, range);
      if (/^https:/i.test(reference)) {
        if (!https) throw new Error("no addresses are opened here");
        return remote(reference, range);
      }
      return file(reference, made || saves ? [...folders, await place()] : folders, range);
    },
    async save(content) {
      const path = join(await place(), randomUUID());
      await pipeline(content, createWriteStream(path, { flags: "wx", mode: 0o600 })).catch(
        async (error) => {
          await rm(path, { force: true });
          throw error;
        },
      );
      return path;
    },
    async drop(reference) {
      await rm(join(await place(), basename(reference)), { force: true });
    },
  };
}

/** @param {string | undefined} saves */
async function folder(saves) {
  if (saves === undefined) return mkdtemp(join(tmpdir(), "connector-"));
  await mkdir(saves, { recursive: true, mode: 0o700 });
  return saves;
}

/**
 * @param {string} reference
 * @param {string[]} folders
 * @param {ByteRange} range
 * @returns {Promise<OpenBlob>}
 */
async function file(reference, folders, { start, end }) {
  // Both sides are resolved first, so neither `..` nor a symbolic link leads out.
  const path = await realpath(reference);
  const allowed = await Promise.all(folders.map((folder) => realpath(folder).catch(() => "")));
  if (!allowed.some((folder) => folder && path.startsWith(folder.replace(/\/?$/, sep)))) {
    throw new Error("not below an allowed folder");
  }
  // Looked at before it is opened: opening a pipe waits for somebody to write to it.
  const metadata = await stat(path);
  if (!metadata.isFile()) throw new Error("not a file");
  const last = Math.min(end, metadata.size) - 1;
  const stream = last < start ? nothing() : lazily(() => createReadStream(path, { start, end: last }));
  return { size: metadata.size, name: basename(path), stream };
}

/**
 * @param {string} reference
 * @param {ByteRange} range
 * @returns {Promise<OpenBlob>}
 */
async function data(reference, { start, end }) {
  const bytes = new Uint8Array(await (await fetch(reference)).arrayBuffer());
  return { size: bytes.length, stream: lazily(() => [bytes.subarray(start, end)]) };
}

/**
 * @param {string} address
 * @param {ByteRange} range
 * @returns {Promise<OpenBlob>}
 */
async function remote(address, { start, end }) {
  const range = `bytes=${start}-${Number.isFinite(end) ? end - 1 : ""}`;
  const response = await fetch(address, { headers: { range, "accept-encoding": "identity" } });
  const { status, headers, url, body } = response;
  const total = headers.get("content-range")?.split("/")[1];
  const stream = body ?? nothing();
  const name = basename(new URL(url).pathname) || undefined;
  if (!url.startsWith("https:")) throw new Error("it leads to an address that is not https");
  if (status === 416 && total) return { size: Number(total), name, stream: nothing() };
  if (status === 206 && total) return { size: Number(total), name, stream };
  const size = Number(headers.get("content-length") ?? NaN);
  if (status !== 200 || !Number.isFinite(size)) {
    throw new Error(status === 200 ? "its size is not known" : `the answer is ${status}`);
  }
  // The server knows no ranges.
  return { size, name, stream: part(stream, start, end) };
}

/**
 * Opens nothing before somebody reads: of several blobs a request may fail at the first.
 * @param {() => Iterable<Uint8Array> | AsyncIterable<Uint8Array>} source
 */
async function* lazily(source) {
  yield* source();
}

async function* nothing() {}

/**
 * @param {AsyncIterable<Uint8Array>} stream
 * @param {number} start
 * @param {number} end
 */
async function* part(stream, start, end) {
  let at = 0;
  for await (const chunk of stream) {
    const wanted = chunk.subarray(Math.max(0, start - at), Math.max(0, end - at));
    if (wanted.length > 0) yield wanted;
    at += chunk.length;
    if (at >= end) return;
  }
}
