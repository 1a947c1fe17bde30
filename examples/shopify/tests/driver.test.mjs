/** The component in the driver for Node, against a Shopify on loopback. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { connect, load } from "../../../drivers/node/src/index.mjs";
import { conformance } from "../../../drivers/node/test/support/conformance.mjs";
import { write } from "../../../drivers/node/transpile.mjs";
import { COMPONENT, commands } from "./command.mjs";
import { Shop } from "./double.mjs";

/** A global whose value is a sum. Node 20 has that behind a flag. */
const SUM = Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 6, 9, 1, 0x7f, 0, 0x41, 1, 0x41, 2, 0x6a, 0x0b]);
const runs = WebAssembly.validate(SUM);

const folder = join(mkdtempSync(join(tmpdir(), "shopify-")), "shopify");
await write(COMPONENT, "shopify", folder);
writeFileSync(join(folder, "package.json"), '{"type":"module"}');
const make = await load(folder);
let shop;

before(async () => {
  shop = await new Shop({ products: 7 }).serve();
});

after(async () => {
  await shop.close();
  rmSync(folder, { recursive: true });
});

const connected = () => connect(make, {
  settings: { shop: "plants" }, credentials: { "access-token": shop.token }, routes: { [`https://${shop.host}`]: shop.base },
});

test("a Node that does not run it says so", { skip: runs && "this one runs it" }, () => {
  assert.throws(connected, { rule: "engine", message: /use Node 22 or newer/ });
});

if (runs) {
  conformance("shopify", make(), fileURLToPath(new URL("../cases", import.meta.url)));

  test("products are listed, made and found again", async () => {
    const connector = connected();
    assert.deepEqual(await connector.run("products.list"), shop.products);
    assert.equal((await connector.run("products.list", {}, { limit: 2 })).length, 2);
    const made = await connector.run("products.create", { title: "Fern" });
    assert.deepEqual(await connector.run("products.get", { product_id: String(made.id) }), made);
    await assert.rejects(connector.run("products.get", { product_id: "1" }), { kind: "not-found", requestId: "r-1" });
  });

  test("a delivery is the shop's, or it is not", async () => {
    const connector = connected();
    const subscription = await connector.subscribe("product.updated", {}, "https://hooks.example/4f1c9a");
    // The same address once more is the same subscription.
    assert.deepEqual(await connector.subscribe("product.updated", {}, "https://hooks.example/4f1c9a"), subscription);
    const { headers, body } = shop.delivery(shop.products[0]);
    const delivery = {
      method: { tag: "post" }, url: "https://hooks.example/4f1c9a", body: Buffer.from(body),
      headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    };
    const keys = { subscription, clientSecret: shop.app.secret };
    assert.equal(await connector.verify("product.updated", delivery, keys), "right");
    const other = { ...delivery, body: Buffer.from(body.replace("number 1", "number 2")) };
    assert.equal(await connector.verify("product.updated", other, keys), "wrong");
    assert.equal(connector.acknowledge("product.updated", subscription, delivery).status, 200);
    const { events } = await connector.receive("product.updated", {}, subscription, delivery);
    assert.deepEqual(events.map(({ data }) => data), [shop.products[0]]);
    await connector.unsubscribe("product.updated", subscription);
    assert.deepEqual(shop.hooks, []);
  });

  test("the pack for Celigo lists the products", async (t) => {
    const host = commands(shop, {});
    t.after(host.remove);
    assert.equal((await host.run(["pack", "celigo", "--out", "pack"])).code, 0);
    const { productsList } = createRequire(import.meta.url)(join(host.folder, "pack"));
    const connection = {
      encrypted: { "access-token": shop.token },
      unencrypted: { shop: "plants", routes: `https://${shop.host}=${shop.base}` },
    };
    const { data } = await new Promise((done, failed) =>
      productsList({ connection, configuration: {} }, (error, result) => (error ? failed(error) : done(result))));
    assert.deepEqual(data, shop.products);
  });
}
