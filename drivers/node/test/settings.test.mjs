/** Settings in the addresses of a service. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { connect } from "../src/index.mjs";
import { SECRET, answer, descriptor, probe, serve } from "./support/probe.mjs";

const settings = JSON.stringify({ properties: { region: { default: "eu-west-1" } } });
const endpoints = [{ environment: "", authorizeUrl: "", authorizeParameters: [], tokenUrl: "https://{shop}.example.com/oauth/token" }];

/** A probe of a service with an address for each customer. */
function tenant(origins, more = {}) {
  const component = probe();
  const bound = origins.map((origin) => ({ origin }));
  const token = { ...descriptor.credentials[0], origins: bound };
  component.connection.describe = () => ({ ...descriptor, environments: [], settings, origins, credentials: [token], ...more });
  return component;
}

async function sent(origins, given, url, component = tenant(origins)) {
  const { base, seen } = await serve(answer(200));
  const { origin } = new URL(url);
  const options = { settings: given, credentials: { token: SECRET }, routes: { [origin]: base }, allowUnlisted: true };
  await connect(component, options).run("send", { url });
  return seen[0].headers.authorization;
}

test("a setting is a part of a label or a whole host, and then compared exactly", async () => {
  for (const [origin, given, url] of [
    ["https://{shop}.example.com", { shop: "My-Shop" }, "https://my-shop.example.com/a"],
    ["https://a-{number}.example.com", { number: 7 }, "https://a-7.example.com/a"],
    ["https://s3.{region}.example.com", {}, "https://s3.eu-west-1.example.com/a"],
    ["https://{host}", { host: "social.example.org" }, "https://social.example.org/a"],
  ]) {
    assert.equal(await sent([origin], given, url), `Bearer ${SECRET}`, url);
    await assert.rejects(sent([origin], given, url.replace("://", "://other.")), { rule: "declared-origin" });
  }
});

test("nothing else gets into an address", async () => {
  const wrong = (origin, given) => assert.rejects(sent([origin], given, "https://evil.test/"),
    ({ rule, message }) => rule === "settings" && message.includes("`shop`"), JSON.stringify(given));
  for (const shop of ["evil.test/", "evil.test#", "a.b", "a@b", "a:80", "", null, ["a"], "ä", "a b", "%2e", "a\n", true]) {
    await wrong("https://{shop}.example.com", { shop });
  }
  for (const shop of ["localhost", "-a.example", "a..b", "a.example:80", "a.example/", "u@a.example", "127.0.0.1", "1.2.3", "0x7f.1", "1.0x7f", "a.1", ""]) {
    await wrong("https://{shop}", { shop });
  }
});

test("without them a connector says what it is, and sends nothing", async () => {
  const { base, seen } = await serve(answer(200));
  const routes = { "https://{shop}.example.com": base };
  const connector = connect(tenant(["https://{shop}.example.com"]), { credentials: { token: SECRET }, routes });
  assert.equal(connector.describe().origins[0], "https://{shop}.example.com");
  await assert.rejects(connector.run("send", { url: "https://%7bshop%7d.example.com/" }), {
    rule: "settings", message: "the setting `shop` is missing: it is part of the service's address",
  });
  assert.equal(seen.length, 0);
});

test("operations and the place of tokens are of the same customer, for each connection", async () => {
  const origins = ["https://{shop}.example.com"];
  const oauth = { tag: "oauth2", val: { endpoints, scopes: [] } };
  const credentials = [{ ...descriptor.credentials[0], source: oauth, origins: [{ origin: origins[0] }] }];
  const component = tenant(origins, { credentials });
  component.operations = {
    bases: () => [{ url: "https://{shop}.example.com/v1" }],
    all: () => [{ id: "a", method: { tag: "get" }, path: "/a", scopes: [], effect: "read", destructive: false }],
  };
  for (const shop of ["one", "two"]) {
    const { base, seen } = await serve(answer(200));
    const options = { settings: { shop }, credentials: { token: SECRET }, routes: { [`https://${shop}.example.com`]: base } };
    const connector = connect(component, options);
    assert.deepEqual(connector.describe().origins, [`https://${shop}.example.com`]);
    await connector.run("send", { url: `https://${shop}.example.com/v1/a` });
    await assert.rejects(connector.run("send", { url: `https://${shop}.example.com/v1/b` }), { rule: "operation" });
    const open = connect(component, { ...options, allowUnlisted: true });
    await assert.rejects(open.run("send", { method: "post", url: `https://${shop}.example.com/oauth/token` }),
      { rule: "operation", message: /only the connection itself/ });
    assert.equal(seen.length, 1);
  }
});
