/** Blobs as files of this machine, data URIs and, if wanted, what is found at https addresses. */

import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";

import { SAVED, shown } from "./blobs.mjs";
import { bytesOf } from "./data-uri.mjs";
import { Refusal } from "./errors.mjs";
import { openBelow } from "./folders.mjs";
import { remote } from "./web.mjs";

/** @import { BlobStore, ByteRange, FileOptions, OpenBlob } from "./types.d.ts" */

/** @type {ByteRange} */
const WHOLE = { start: 0, end: Infinity };

/** Bytes of a file that are in memory at once. */
const CHUNK = 64 * 1024;

/** What `randomUUID` makes. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * @param {FileOptions} [options]
 * @returns {BlobStore}
 */
export function files({ folders = [], denied = [], https = false, saves } = {}) {
  /** @type {Promise<string> | undefined} */
  let made;
  const place = () => (made ??= folder(saves));
  return {
    async open(reference, range = WHOLE) {
      if (/^data:/i.test(reference)) return data(reference, range);
      if (https && /^https:/i.test(reference)) return remote(reference, range);
      if (/^(https?|ftp|file):/i.test(reference)) {
        throw new Refusal("blob", `${shown(reference)} is not below an allowed folder: nothing is fetched here`);
      }
      const id = savedAs(reference);
      if (id === undefined) return file(reference, { folders, denied }, range);
      const there = await place();
      return { ...(await file(join(there, id), { folders: [there] }, range)), name: undefined };
    },
    async save(content) {
      const id = randomUUID();
      const path = join(await place(), id);
      try {
        await pipeline(content, createWriteStream(path, { flags: "wx", mode: 0o600 }));
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      return SAVED + id;
    },
    async drop(reference) {
      const id = savedAs(reference);
      if (id !== undefined) await rm(join(await place(), id), { force: true });
    },
  };
}

/** @param {string} reference */
function savedAs(reference) {
  if (!reference.startsWith(SAVED)) return undefined;
  const id = reference.slice(SAVED.length);
  if (!ID.test(id)) throw new Error("it is not kept");
  return id;
}

/** @param {string | undefined} saves */
async function folder(saves) {
  if (saves === undefined) return mkdtemp(join(tmpdir(), "connector-"));
  await mkdir(saves, { recursive: true, mode: 0o700 });
  return saves;
}

/**
 * Opened once to know its size, and again to be read: a body of many files would hold too many open
 * at once. It has to be the same file then.
 * @param {string} reference
 * @param {import("./folders.mjs").Rules} rules
 * @param {ByteRange} range
 * @returns {Promise<OpenBlob>}
 */
async function file(reference, rules, { start, end }) {
  const { handle, stats, name } = await openBelow(reference, rules);
  await handle.close();
  return { size: stats.size, name, stream: bytes(reference, rules, stats, start, end) };
}

/**
 * @param {string} reference
 * @param {import("./folders.mjs").Rules} rules
 * @param {import("node:fs").Stats} known
 * @param {number} start
 * @param {number} end
 */
async function* bytes(reference, rules, known, start, end) {
  let [at, left] = [start, Math.min(end, known.size) - start];
  if (left <= 0) return;
  const { handle, stats } = await openBelow(reference, rules);
  try {
    if (stats.ino !== known.ino || stats.dev !== known.dev) throw changed();
    while (left > 0) {
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK, left));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      // The length has been told.
      if (bytesRead === 0) throw changed();
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
      left -= bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function changed() {
  return new Error("the file changed while it was sent");
}

/**
 * @param {string} reference
 * @param {ByteRange} range
 * @returns {Promise<OpenBlob>}
 */
async function data(reference, { start, end }) {
  const bytes = bytesOf(reference);
  return { size: bytes.length, stream: lazily(() => [bytes.subarray(start, end)]) };
}

/**
 * Decodes nothing before somebody reads: of several blobs a request may fail at the first.
 * @param {() => Iterable<Uint8Array>} source
 */
async function* lazily(source) {
  yield* source();
}
