/** The code of a pack by itself: a credential that is two values, and an address of each customer's own. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pairs-"));
const ADDRESS = "https://{shop}.example.com";

/** A component whose test sends one request with the credential, and takes 200 for good. */
const COMPONENT = `
  const fail = (kind = "invalid-input") => { throw Object.assign(new Error(kind), { payload: { kind, code: kind, message: kind, fields: [] } }); };
  const request = (settings) => ({
    method: { tag: "get" }, url: "https://" + JSON.parse(settings).shop + ".example.com/me", headers: [],
    body: { tag: "empty" }, credential: "account", effect: "read", costs: [], save: false, extensions: [],
  });
  export const instantiate = () => ({
    connection: {
      describe: () => ({
        id: "it", environments: [], origins: ["${ADDRESS}"], requires: [], settings: "{}",
        credentials: [{
          id: "account", source: { tag: "pair", val: {} }, placement: { tag: "basic" }, origins: [{ origin: "${ADDRESS}" }],
        }],
      }),
      test: (settings) => ({ tag: "send", val: { request: request(settings), checkpoint: new Uint8Array() } }),
      choices: fail,
    },
    actions: { listActions: () => [], describe: fail, start: fail, choices: fail },
    triggers: { listTriggers: () => [], describe: fail, start: fail, choices: fail },
    steps: { resume: (_, { val }) => (val.status === 200 ? { tag: "done", val: { output: "{}" } } : fail("unauthenticated")) },
  });
`;

mkdirSync(join(folder, "component"));
writeFileSync(join(folder, "component/component.js"), COMPONENT);
writeFileSync(join(folder, "component/package.json"), '{"type":"module"}');
cpSync(path("../glue"), folder, { recursive: true });
cpSync(path("../../../../drivers/node/src"), join(folder, "driver"), { recursive: true });
writeFileSync(join(folder, "functions.json"), JSON.stringify({
  settings: ["shop"], credentials: ["account"], pairs: ["account"], functions: {},
}));

const right = `Basic ${btoa("me:my-password")}`;
const server = createServer(({ headers }, answer) => answer.writeHead(headers.authorization === right ? 200 : 401).end());
await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
after(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

const { ping } = createRequire(join(folder, "index.js"))("./index.js");
const routes = `https://a.example.com=http://127.0.0.1:${/** @type {any} */ (server.address()).port}`;

/** What the ping answers. */
const pinged = (encrypted, unencrypted) => new Promise((done, failed) =>
  ping({ connection: { encrypted, unencrypted: { routes, ...unencrypted } } }, (error, result) => (error ? failed(error) : done(result))));

test("the two values of a pair are one credential, which goes to the customer's own address", async () => {
  const [key, user] = [{ account_password: "my-password" }, { account_user: "me" }];
  assert.deepEqual(await pinged(key, { ...user, shop: "A" }), { statusCode: 200 });
  assert.equal((await pinged({ account_password: "another" }, { ...user, shop: "a" })).statusCode, 401);
  const told = async (...given) => (await pinged(...given)).errors[0].message;
  assert.match(await told({}, { shop: "a" }), /no value for the credential account/);
  assert.match(await told(key, user), /the setting `shop` is missing/);
  assert.match(await told(key, { ...user, shop: "evil.test/" }), /the setting `shop` must have letters/);
});
