/** The component in the driver for Node, against the Mastodon on loopback. */

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

import { connect, load } from "../../../drivers/node/src/index.mjs";
import { conformance } from "../../../drivers/node/test/support/conformance.mjs";
import { write } from "../../../drivers/node/transpile.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** A core module whose global is a sum. Node 20 has that behind a flag. */
const SUM = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 6, 9, 1, 0x7f, 0, 0x41, 1, 0x41, 2, 0x6a, 0x0b]);
const runs = WebAssembly.validate(SUM);

const folder = join(mkdtempSync(join(tmpdir(), "mastodon-")), "mastodon");
await write(here("../../../target/wasm32-unknown-unknown/release/mastodon.wasm"), "mastodon", folder);
writeFileSync(join(folder, "package.json"), '{"type":"module"}');
const make = await load(folder);
after(() => rmSync(folder, { recursive: true }));

test("a Node that does not run it says so", { skip: runs && "this one runs it" }, () => {
  assert.throws(() => connect(make, { settings: { instance: "mastodon.example" } }), { rule: "engine", message: /use Node 22 or newer/ });
});

if (runs) {
  conformance("mastodon", make(), here("../cases"));

  test("a timeline comes page by page, and a status is posted", async (t) => {
    const server = spawn("python3", [here("double.py"), "95"], { stdio: ["pipe", "pipe", "inherit"] });
    t.after(() => server.stdin.end());
    const [base] = await once(createInterface(server.stdout), "line");
    const connector = connect(make, {
      settings: { instance: "mastodon.example" }, credentials: { account: "token-of-a-test" },
      routes: { "https://mastodon.example": base },
    });
    const statuses = /** @type {any[]} */ (await connector.run("timelines.home"));
    assert.deepEqual([statuses.length, statuses[0].content], [95, "<p>number 94</p>"]);
    const posted = await connector.run("statuses.create", { text: "Good morning" });
    assert.deepEqual((await connector.run("timelines.home", {}, { limit: 1 })), [posted]);
  });
}
