/**
 * Files below allowed folders, opened once: what counts is where the file is that was opened, not
 * what its path led to a moment before.
 */

import { constants } from "node:fs";
import { lstat, open, readlink, realpath } from "node:fs/promises";
import { basename, isAbsolute, join, resolve, sep } from "node:path";

import { shown } from "./blobs.mjs";
import { Refusal } from "./errors.mjs";

/** @import { Stats } from "node:fs" */
/** @import { FileHandle } from "node:fs/promises" */

/** @typedef {{ folders: string[], denied?: string[] }} Rules paths of folders */

/** Symbolic links on the way to one file. */
const LINKS = 40;

/**
 * To follow no link at the end of a path, and not to wait for the other end of a pipe. Windows has
 * neither.
 */
const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * Opens a file below one of the folders for reading. The caller closes the handle.
 * @param {string} reference a path; a relative one begins at the working directory
 * @param {Rules} rules
 * @returns {Promise<{ handle: FileHandle, stats: Stats, name: string }>}
 */
export async function openBelow(reference, rules) {
  const path = await locate(reference, rules);
  if (path === undefined) throw refused(reference);
  // Looked at before: a device would notice to be opened.
  if (!(await lstat(path)).isFile()) throw notAFile();
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = await handle.stat();
    if (!(await isAt(handle, path))) throw refused(reference);
    if (!stats.isFile()) throw notAFile();
    return { handle, stats, name: basename(path) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** @param {string} reference */
function refused(reference) {
  return new Refusal("blob", `${shown(reference)} is not below an allowed folder`);
}

function notAFile() {
  return new Error("it is not a file");
}

/**
 * The path without links below an allowed folder; undefined when it leads out of all of them. What
 * is there or missing outside makes no difference.
 * @param {string} reference
 * @param {Rules} rules
 */
async function locate(reference, { folders, denied = [] }) {
  const [allowed, kept] = [await existing(folders), await existing(denied)];
  const parts = split(absolute(reference));
  let wrong;
  for (const { given, real } of allowed) {
    for (const base of new Set([resolve(given), real])) {
      const start = split(base);
      if (reference === "" || !start.every((part, index) => parts[index] === part)) continue;
      try {
        const path = await walk(real, parts.slice(start.length));
        if (path !== undefined && !kept.some(({ real }) => isIn(path, real))) return path;
      } catch (error) {
        wrong = error;
      }
    }
  }
  if (wrong) throw wrong;
}

/**
 * Those that are there, with where they really are.
 * @param {string[]} folders
 */
async function existing(folders) {
  const found = await Promise.all(folders.map(async (given) =>
    ({ given, real: await realpath(given).catch(() => "") })));
  return found.filter(({ real }) => real !== "");
}

/**
 * Follows a path below a folder, and links that stay below it; undefined when it leads out. The rest
 * of a path that is not there is part of the answer.
 * @param {string} folder without links
 * @param {string[]} parts
 */
async function walk(folder, parts) {
  const [at, rest] = [/** @type {string[]} */ ([]), [...parts]];
  for (let links = 0; rest.length > 0; ) {
    const part = /** @type {string} */ (rest.shift());
    if (part === "..") {
      if (at.pop() === undefined) return undefined;
      continue;
    }
    const link = await readlink(join(folder, ...at, part)).catch(() => undefined);
    if (link === undefined) {
      at.push(part);
      continue;
    }
    if (isAbsolute(link)) return undefined;
    if (++links > LINKS) throw Object.assign(new Error("too many links"), { code: "ELOOP" });
    rest.unshift(...split(link));
  }
  return join(folder, ...at);
}

/**
 * A path from the root on, with its `..`: behind a link they do not mean what they seem to.
 * @param {string} path
 */
function absolute(path) {
  return isAbsolute(path) ? path : process.cwd() + sep + path;
}

/** @param {string} path */
function split(path) {
  return path.split(sep === "\\" ? /[\\/]/ : sep).filter((part) => part !== "" && part !== ".");
}

/**
 * @param {string} path
 * @param {string} folder
 */
function isIn(path, folder) {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/**
 * Whether the opened file is the one at a path that had no links. Linux says where it is. Elsewhere
 * it must be the one that is there now, and no folder on the way to it a link: then a race would
 * have to be won twice.
 * @param {FileHandle} handle
 * @param {string} path
 */
async function isAt(handle, path) {
  if (process.platform === "linux") {
    const place = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined);
    if (place !== undefined) return place === path;
  }
  const [opened, there] = [await handle.stat({ bigint: true }), await lstat(path, { bigint: true })];
  const same = opened.ino === there.ino && opened.dev === there.dev;
  return same && (await realpath(path)) === path;
}
