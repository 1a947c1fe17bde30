/** Blobs as files of this machine, data URIs and, if wanted, what is found at https addresses. */

import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, sep } from "node:path";
import { pipeline } from "node:stream/promises";

import { shown } from "./blobs.mjs";
import { Refusal } from "./errors.mjs";
import { remote } from "./web.mjs";

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
      if (https && /^https:/i.test(reference)) return remote(reference, range);
      return file(reference, made || saves ? [...folders, await place()] : folders, range);
    },
    async save(content) {
      const path = join(await place(), randomUUID());
      try {
        await pipeline(content, createWriteStream(path, { flags: "wx", mode: 0o600 }));
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
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
  // Both sides are resolved first, so neither `..` nor a symbolic link leads out. Whether something
  // is missing is only told where it would be allowed.
  const path = await existing(reference);
  const allowed = await Promise.all(folders.map((folder) => realpath(folder).catch(() => "")));
  if (!allowed.some((folder) => folder && `${path}${sep}`.startsWith(folder.replace(/\/?$/, sep)))) {
    throw new Refusal("blob", `${shown(reference)} is not below an allowed folder`);
  }
  await realpath(reference);
  // Looked at before it is opened: opening a pipe waits for somebody to write to it.
  const { size, isFile } = await stat(path).then((it) => ({ size: it.size, isFile: it.isFile() }));
  if (!isFile) throw new Error("it is not a file");
  const last = Math.min(end, size) - 1;
  const bytes = () => (last < start ? [] : createReadStream(path, { start, end: last }));
  return { size, name: basename(path), stream: lazily(bytes) };
}

/**
 * Where a path leads, or else the innermost folder of it that is there.
 * @param {string} path
 * @returns {Promise<string>}
 */
async function existing(path) {
  const up = dirname(path);
  return realpath(path).catch((error) => {
    if (up === path) throw error;
    return existing(up);
  });
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
 * Opens nothing before somebody reads: of several blobs a request may fail at the first.
 * @param {() => Iterable<Uint8Array> | AsyncIterable<Uint8Array>} source
 */
async function* lazily(source) {
  yield* source();
}
