/**
 * Blobs at https addresses on the public internet. A reference to any other address would let its
 * author look into the network that this machine stands in.
 */

import { lookup } from "node:dns";
import { get } from "node:https";
import { BlockList, isIP } from "node:net";
import { basename } from "node:path";

import { Refusal } from "./errors.mjs";

/** @import { ByteRange, OpenBlob } from "./types.d.ts" */

const REDIRECTS = 5;
/** How long a connection may be silent. */
const PATIENCE_MS = 60_000;
/** Bytes of one file, at most. */
const LARGEST = 4 * 1024 ** 3;

/** By IANA's registries of special-purpose addresses. */
const SPECIAL = new BlockList();
for (const [network, prefix] of /** @type {[string, number][]} */ ([
  ["0.0.0.0", 8], ["10.0.0.0", 8], ["100.64.0.0", 10], ["127.0.0.0", 8], ["169.254.0.0", 16],
  ["172.16.0.0", 12], ["192.0.0.0", 24], ["192.0.2.0", 24], ["192.31.196.0", 24],
  ["192.52.193.0", 24], ["192.88.99.0", 24], ["192.168.0.0", 16], ["192.175.48.0", 24],
  ["198.18.0.0", 15], ["198.51.100.0", 24], ["203.0.113.0", 24], ["224.0.0.0", 3],
])) SPECIAL.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of /** @type {[string, number][]} */ ([
  ["2001::", 23], ["2001:db8::", 32], ["2002::", 16], ["2620:4f:8000::", 48], ["3fff::", 20],
])) SPECIAL.addSubnet(network, prefix, "ipv6");

/** Only this eighth is given out to hosts; loopback, mapped and local ones lie outside. */
const GIVEN = new BlockList();
GIVEN.addSubnet("2000::", 3, "ipv6");

/** @param {string} address */
export function isPublic(address) {
  if (isIP(address) === 4) return !SPECIAL.check(address, "ipv4");
  return GIVEN.check(address, "ipv6") && !SPECIAL.check(address, "ipv6");
}

/**
 * @param {string} address
 * @param {ByteRange} range
 * @param {(url: URL, options: import("node:https").RequestOptions) => import("node:http").ClientRequest} [send]
 * @returns {Promise<OpenBlob>}
 */
export async function remote(address, { start, end }, send = get) {
  let url = new URL(address);
  for (let redirects = 0; redirects <= REDIRECTS; redirects++) {
    const response = await ask(url, `bytes=${start}-${Number.isFinite(end) ? end - 1 : ""}`, send);
    const { statusCode: status = 0, headers } = response;
    if ([301, 302, 303, 307, 308].includes(status) && headers.location) {
      response.destroy();
      url = new URL(headers.location, url);
      continue;
    }
    const name = basename(url.pathname) || undefined;
    const total = headers["content-range"]?.split("/")[1];
    const size = count(status === 200 ? headers["content-length"] : total);
    if (size <= LARGEST) {
      // A server may know no ranges, or send others.
      if (status === 206) return { size, name, stream: part(response, 0, end - start) };
      if (status === 200) return { size, name, stream: part(response, start, end) };
    }
    response.destroy();
    if (status === 416 && size <= LARGEST) return { size, name, stream: nothing() };
    if (size > LARGEST) throw new Error(`it is larger than ${LARGEST} bytes`);
    throw new Error(status < 300 ? "its size is not known" : `the answer is ${status}`);
  }
  throw new Error(`more than ${REDIRECTS} redirects`);
}

/**
 * A number of bytes out of a header; NaN when it says none.
 * @param {string | undefined} text
 */
function count(text) {
  const size = /^\d+$/.test(text ?? "") ? Number(text) : NaN;
  // Beyond what anybody can count it is as large as can be.
  return Number.isNaN(size) ? NaN : Math.min(size, Number.MAX_SAFE_INTEGER);
}

/**
 * @param {URL} url
 * @param {string} range
 * @param {NonNullable<Parameters<typeof remote>[2]>} send
 * @returns {Promise<import("node:http").IncomingMessage>}
 */
function ask(url, range, send) {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol !== "https:") throw new Refusal("blob", "only https is fetched");
  if (url.username || url.password) throw new Refusal("blob", "a URL to fetch names no user");
  if (isIP(host) && !isPublic(host)) throw new Refusal("blob", `${host} is not a public address`);
  return new Promise((done, failed) => {
    const headers = { range, "accept-encoding": "identity" };
    // The connection goes to exactly what is checked, so a name cannot change its mind in between.
    // A connection that others left open was not checked.
    const options = { headers, lookup: publicOnly, timeout: PATIENCE_MS, agent: false };
    const request = send(url, options);
    request.on("timeout", () => request.destroy(new Error("no answer in time")));
    request.on("error", failed).on("response", done);
  });
}

/** @type {import("node:net").LookupFunction} */
function publicOnly(host, options, callback) {
  lookup(host, { ...options, all: true }, (error, all) => {
    const [first, ...more] = (all ?? []).filter(({ address }) => isPublic(address));
    if (error) callback(error, "");
    else if (!first) callback(new Refusal("blob", `${host} is not a public address`), "");
    else if (options.all) callback(null, [first, ...more]);
    else callback(null, first.address, first.family);
  });
}

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

async function* nothing() {}
