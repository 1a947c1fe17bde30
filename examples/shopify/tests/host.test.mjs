/** The component in the reference host, as it is, against a Shopify on loopback. */

import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { COMPONENT, commands } from "./command.mjs";
import { Shop } from "./double.mjs";

const CASES = fileURLToPath(new URL("../cases", import.meta.url));
const ADDRESS = "https://hooks.example/4f1c9a";
const OLD = "2026-05-02T09:30:00.000Z";
let shop, host;

before(async () => {
  shop = await new Shop({ products: 120 }).serve();
  for (const product of shop.products) product.created_at = OLD;
  host = commands(shop, { CONNECTOR_CLIENT_ID: shop.app.id, CONNECTOR_CLIENT_SECRET: shop.app.secret });
});

after(async () => {
  await shop.close();
  host.remove();
});

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

test("a person connects, and the host knows the shop", async () => {
  const redirect = `http://127.0.0.1:${await freePort()}/callback`;
  let page;
  // The person opens the address that is shown, and agrees.
  const line = (text) => {
    if (page === undefined && /^\s*http/.test(text)) page = fetch(text.trim()).then((answer) => answer.text());
  };
  const args = ["connect", "--settings", '{"shop":"plants"}', "--redirect-uri", redirect];
  const { code, err } = await host.run(args, { line });
  assert.equal(code, 0, err);
  assert.match(await page, /<h1>Connected<\/h1>/);
  const token = shop.seen.find(({ path }) => path === "/admin/oauth/access_token");
  assert.equal(new URLSearchParams(token.text).get("client_secret"), shop.app.secret);
  const [tested] = await host.values("test", "--json");
  assert.deepEqual(tested.account, { id: "548380009", name: "Plants for small rooms" });
  assert.deepEqual(tested.lacking, []);
});

test("a list comes page by page, by the links of the shop", async () => {
  shop.seen = [];
  const products = await host.values("run", "products.list", "--set", "vendor=Greenhouse");
  assert.deepEqual(products, shop.products);
  const [first, second] = shop.seen.map(({ path }) => new URLSearchParams(path.split("?")[1]));
  assert.deepEqual([first.get("vendor"), first.get("limit"), first.get("page_info")], ["Greenhouse", "100", null]);
  assert.deepEqual([shop.seen.length, second.get("vendor")], [2, null]);
  assert.equal((await host.values("run", "products.list", "--limit", "3")).length, 3);
  assert.match(shop.seen.at(-1).path, /products\.json\?limit=3$/);
});

test("a product is found by its title and made once", async () => {
  const choices = await host.values("choices", "products.get", "product_id", "--query", "NUMBER 12", "--json");
  assert.deepEqual(choices.map(({ title }) => title), ["number 12", "number 120"]);
  const [product] = await host.values("run", "products.get", "--set", `product_id=${choices[0].value}`);
  assert.deepEqual(product, shop.products[11]);
  const made = ["run", "products.create", "--set", "title=Fern", "--set", "tags=shade", "--set", "tags=pot"];
  const [fern] = await host.values(...made);
  assert.deepEqual([fern.title, fern.tags], ["Fern", "shade, pot"]);
  // It may have been made, so that it is not made again.
  shop.faults = ["cut"];
  const before = shop.products.length;
  const lost = await host.run(made);
  assert.notEqual(lost.code, 0);
  assert.match(lost.err, /nobody knows what it did/);
  assert.equal(shop.products.length, before + 1);
});

test("a shop that is busy is asked again, and one that refuses says why", async () => {
  shop.faults = [429, 503];
  assert.equal((await host.values("run", "products.list", "--limit", "1")).length, 1);
  assert.deepEqual(shop.faults, []);
  const { code, err } = await host.run(["run", "products.get", "--set", "product_id=1"]);
  assert.notEqual(code, 0);
  assert.match(err, /Not Found/);
});

test("new products come once, the oldest first", async () => {
  const poll = () => host.values("poll", "product.created", "--json");
  assert.deepEqual(await poll(), []);
  const titles = ["Ivy", "Moss", "Lichen"];
  const later = new Date(Date.now() + 5000).toISOString();
  for (const title of titles) shop.add({ title, created_at: later });
  const events = await poll();
  assert.deepEqual(events.map(({ data }) => data.title).filter((title) => titles.includes(title)), titles);
  assert.equal(events.at(-1).occurred_at, later);
  assert.deepEqual(await poll(), []);
});

test("what the shop sends is an event if the shop has signed it", async () => {
  const [{ id }] = await host.values("webhook", "subscribe", "product.updated", "--address", ADDRESS, "--json");
  assert.deepEqual(shop.hooks.map(({ topic, address }) => [topic, address]), [["products/update", ADDRESS]]);
  const { headers, body } = shop.delivery({ ...shop.products[0], title: "Söhne" });
  const receive = (body, more = {}) => {
    writeFileSync(join(host.folder, "sent"), body);
    const given = Object.entries({ ...headers, ...more }).flatMap(([name, value]) => ["--header", `${name}: ${value}`]);
    return host.run(["webhook", "receive", "product.updated", "--subscription", id, "--body", "sent", ...given]);
  };
  const received = await receive(body);
  assert.equal(received.code, 0, received.err);
  const event = JSON.parse(received.out);
  assert.deepEqual([event.id, event.data.title], [`${shop.products[0].id}/${shop.products[0].updated_at}`, "Söhne"]);
  for (const forged of [[`${body} `], [body, { "x-shopify-hmac-sha256": "AAAA" }]]) {
    const { code, out, err } = await receive(...forged);
    assert.notEqual(code, 0);
    assert.equal(out, "");
    assert.match(err, /signature/);
  }
  assert.equal((await host.run(["webhook", "unsubscribe", id])).code, 0);
  assert.deepEqual(shop.hooks, []);
});

test("it does what the contract asks, and what the cases say", async () => {
  const { code, out } = await host.run(["check", COMPONENT, "--cases", CASES]);
  assert.match(out, /^no faults; /m);
  assert.equal(code, 0);
});

test("it is packed for platforms", async () => {
  for (const platform of ["appmixer", "celigo"]) {
    const { code, err } = await host.run(["pack", platform, "--out", platform]);
    assert.equal(code, 0, err);
  }
  const service = join(host.folder, "appmixer/connector/shopify");
  assert.ok(existsSync(join(service, "auth.js")));
  const files = readdirSync(service, { recursive: true }).map(String);
  assert.equal(files.filter((file) => file.endsWith("component.json")).length > 3, true, files.join());
  const { functions } = JSON.parse(readFileSync(join(host.folder, "celigo/functions.json"), "utf8"));
  for (const name of ["productsList", "productsGet", "productsCreate"]) assert.ok(functions[name], name);
});
