/** The command line of the reference host, with a state of its own. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const target = fileURLToPath(new URL("../../../target/", import.meta.url));
export const COMPONENT = join(target, "wasm32-unknown-unknown/release/shopify.wasm");
const PROGRAM = process.env.CONNECTOR ?? join(target, "release/connector");

/**
 * @param {import("./double.mjs").Shop} shop
 * @param {Record<string, string>} variables
 */
export function commands(shop, variables) {
  const folder = mkdtempSync(join(tmpdir(), "shopify-"));
  const env = {
    PATH: process.env.PATH,
    CONNECTOR_COMPONENT: COMPONENT,
    CONNECTOR_STATE: join(folder, "state"),
    CONNECTOR_VAULT_KEY: "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
    CONNECTOR_ROUTES: `https://${shop.host}=${shop.base}`,
    ...variables,
  };

  /** Runs it to its end; `line` is given each line of stderr. */
  async function run(args, { stdin = "", line = () => {} } = {}) {
    const child = spawn(PROGRAM, args, { cwd: folder, env, timeout: 120_000 });
    let out = "";
    let err = "";
    child.stdout.on("data", (chunk) => (out += chunk));
    createInterface(child.stderr).on("line", (text) => {
      err += `${text}\n`;
      line(text);
    });
    child.stdin.end(stdin);
    const code = await new Promise((closed) => child.on("close", closed));
    return { code, out, err };
  }

  /** What it prints when it goes well: a value, or a line of JSON for each. */
  async function values(...args) {
    const { code, out, err } = await run(args);
    assert.equal(code, 0, err);
    const texts = /^[{[]\n/.test(out) ? [out] : out.split("\n").filter(Boolean);
    return texts.map((text) => JSON.parse(text));
  }

  return { folder, run, values, remove: () => rmSync(folder, { recursive: true }) };
}
