/** The code of a pack by itself, with what none of the connectors here has: pairs, tenants, other token calls. */

import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "glue-"));
after(() => rmSync(folder, { recursive: true }));

const ADDRESS = "https://{shop}.example.com";

/** A component whose test sends one request with the credential. */
const COMPONENT = `
  const fail = () => { throw new Error("none"); };
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
    steps: { resume: () => ({ tag: "done", val: { output: '{"account":{"name":"It"}}' } }) },
  });
`;

mkdirSync(join(folder, "component"));
writeFileSync(join(folder, "component/component.js"), COMPONENT);
writeFileSync(join(folder, "component/package.json"), '{"type":"module"}');
cpSync(path("../glue"), join(folder, "lib"), { recursive: true });
cpSync(path("../../../../drivers/node/src"), join(folder, "driver"), { recursive: true });
writeFileSync(join(folder, "connection.json"), JSON.stringify({
  environments: [], settings: { properties: { shop: {}, region: { default: "eu" } } },
  credentials: [{ id: "account", source: { pair: { user: "User", password: "Key", help: "" } }, placement: "basic" }],
  fields: {},
}));
const require = createRequire(join(folder, "lib/auth.js"));

test("a pair is put together again, and goes where the settings lead", async () => {
  const { definition } = require("./auth")(require("../connection.json"));
  const sent = [];
  const httpRequest = async (request) => {
    sent.push(request);
    return { status: 200, headers: {}, data: [] };
  };
  const profile = await definition.requestProfileInfo(
    { shop: "my-shop", account_user: "me", account_password: "long enough", httpRequest });
  assert.equal(profile.account.name, "It");
  assert.equal(sent[0].url, "https://my-shop.example.com/me");
  assert.equal(sent[0].headers.authorization, `Basic ${btoa("me:long enough")}`);
  await assert.rejects(definition.requestProfileInfo({ shop: "my-shop", httpRequest }), /no value for the credential account/);
  assert.equal(sent.length, 1);
});

/** What a connector says about OAuth, and what a test wants otherwise. */
const oauth = (more) => ({
  endpoints: [{
    environment: "", authorize_url: `${ADDRESS}/authorize`, token_url: "https://login.{region}.example.com/token",
    authorize_parameters: [["access_type", "offline"], ["prompt", "consent"]],
  }],
  scopes: [], scope_separator: " ", grants: ["authorization-code"], client_authentication: "body", token_body: "form",
  token_parameters: [], token_answer: { access_token: "/access_token" }, pkce: false, rules: [], ...more,
});

/** The token call that a login makes. */
async function called(more) {
  const { requestAccessToken } = require("./oauth").authorization(oauth(more));
  let sent;
  const httpRequest = async (request) => {
    sent = request;
    return { status: 200, data: '{"access_token":"t"}' };
  };
  const tokens = await requestAccessToken(
    { httpRequest, shop: "a", clientId: "id", clientSecret: "secret", authorizationCode: "c", callbackUrl: "https://h/" });
  assert.deepEqual(tokens, { accessToken: "t", accessTokenExpDate: undefined, refreshToken: undefined });
  return sent;
}

test("a person is asked at the tenant's address, with what the service wants besides", () => {
  const { authUrl } = require("./oauth").authorization(oauth());
  const context = { clientId: "id", callbackUrl: "https://h/", ticket: "t", scope: ["a"] };
  const url = new URL(authUrl({ ...context, shop: "My-Shop" }));
  assert.equal(url.origin, "https://my-shop.example.com");
  assert.deepEqual(["access_type", "prompt", "scope"].map((name) => url.searchParams.get(name)), ["offline", "consent", "a"]);
  for (const shop of [undefined, "", "evil.test/", "a.b", "a@b", "a:1"]) {
    assert.throws(() => authUrl({ ...context, shop }), /the setting shop is missing, or cannot be part of an address/);
  }
});

test("a token call is a form or JSON, with the secret or without", async () => {
  const form = await called();
  assert.equal(form.url, "https://login.eu.example.com/token");
  assert.deepEqual(Object.fromEntries(new URLSearchParams(form.data)), {
    grant_type: "authorization_code", code: "c", redirect_uri: "https://h/", client_id: "id", client_secret: "secret",
  });
  const open = await called({ client_authentication: "none", token_body: "json" });
  assert.equal(open.headers["content-type"], "application/json");
  assert.deepEqual(JSON.parse(open.data), {
    grant_type: "authorization_code", code: "c", redirect_uri: "https://h/", client_id: "id",
  });
  const basic = await called({ client_authentication: "basic" });
  assert.equal(basic.headers.authorization, `Basic ${btoa("id:secret")}`);
  assert.equal(new URLSearchParams(basic.data).has("client_id"), false);
});
