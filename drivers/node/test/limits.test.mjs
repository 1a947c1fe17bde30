/** The limits are those of the host in Rust. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { MEMORY } from "../src/instance.mjs";
import { DEFAULTS } from "../src/isolate.mjs";
import { defaults } from "../src/policy.mjs";
import { isPublic } from "../src/web.mjs";

const source = (path) => readFileSync(new URL(`../../../crates/host/src/${path}`, import.meta.url), "utf8");

/** `name: value` of a `Default` in Rust, as numbers; times in milliseconds. */
function rust(path, type) {
  const [, body] = source(path).match(new RegExp(`${type} \\{\n((?: {12,}.*\n)+)`));
  const entries = [...body.matchAll(/^ +(\w+): (.+),$/gm)].map(([, name, value]) => [name, number(value)]);
  // What is none is no limit.
  return Object.fromEntries(entries.filter(([, value]) => !Number.isNaN(value)));
}

function number(text) {
  const inner = /^Some\((.*)\)$/.exec(text)?.[1] ?? text;
  const [, unit, written] = /^Duration::from_(secs|millis)\((.*)\)$/.exec(inner) ?? [undefined, "", inner];
  const value = written.replaceAll("_", "").split("*").map((factor) => {
    const [number, shift = 0] = factor.split("<<").map(Number);
    return number * 2 ** shift;
  });
  return value.reduce((one, other) => one * other) * (unit === "secs" ? 1000 : 1);
}

test("limits of a call", () => {
  const host = rust("policy.rs", "Policy");
  const ours = {
    response_bytes: defaults.responseBytes,
    save_bytes: defaults.saveBytes,
    steps: defaults.steps,
    checkpoint_bytes: defaults.checkpointBytes,
    pause: defaults.pauseMs,
    request_timeout: defaults.timeoutMs,
    transfer_rate: defaults.transferRate,
    redirects: defaults.redirects,
    tries: defaults.tries,
    backoff: defaults.backoffMs,
    max_wait: defaults.maxWaitMs,
  };
  // What a host may not have yet, and one that fetch has for itself.
  const { blobs = defaults.blobs, pieces = defaults.pieces, call_time = NaN, connect_timeout, ...rest } = host;
  assert.deepEqual(rest, ours);
  assert.deepEqual([blobs, pieces], [defaults.blobs, defaults.pieces]);
  assert.equal(connect_timeout, 10_000, "undici's own");
  if (!Number.isNaN(call_time)) assert.equal(call_time, defaults.callMs);
});

test("time and memory of a component", () => {
  const text = source("engine.rs");
  assert.ok(MEMORY >= 8 * defaults.responseBytes);
  assert.match(text, new RegExp(`Duration::from_secs\\(${DEFAULTS.callMs / 1000}\\)`));
});

/** IANA's registries of special-purpose addresses, an address out of each entry. */
const SPECIAL = ["0.0.0.0", "0.255.0.1", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1",
  "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.0.170", "192.0.2.1",
  "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.168.0.1", "192.175.48.1", "198.18.0.1",
  "198.19.255.255", "198.51.100.1", "203.0.113.5", "224.0.0.1", "240.0.0.1", "255.255.255.255",
  "::", "::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "100:0:0:1::1",
  "2001::1", "2001:1::1", "2001:2::1", "2001:3::1", "2001:4:112::1", "2001:10::1", "2001:20::1",
  "2001:30::1", "2001:db8::1", "2002:a00:1::", "2620:4f:8000::1", "3fff::1", "3fff:fff::1", "5f00::1",
  "fc00::1", "fd00::1", "fe80::1", "fec0::1", "ff02::1"];
const OPEN = ["1.1.1.1", "8.8.8.8", "9.255.255.255", "100.63.0.1", "100.128.0.1", "172.15.0.1",
  "172.32.0.1", "192.0.1.1", "192.88.98.1", "192.88.100.1", "198.17.0.1", "198.20.0.1", "223.255.255.1",
  "2001:200::1", "2003::1", "2606:4700::1", "2620:4f:7fff::1", "2620:4f:8001::1", "3ffe::1"];

test("special addresses are not public, and their neighbours are", () => {
  assert.deepEqual(SPECIAL.filter(isPublic), []);
  assert.deepEqual(OPEN.filter((address) => !isPublic(address)), []);
});
