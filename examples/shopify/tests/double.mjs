/**
 * A small Shopify on loopback: what the connector uses of its API, and what can go wrong there.
 * `node double.mjs '{"products": 120}'` runs it with so many products until stdin ends, and prints where
 * it is.
 */

import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";

const API = "/admin/api/2025-10";

export class Shop {
  products = [];
  hooks = [];
  /** Requests that arrived. */
  seen = [];
  /** What to do with the next requests in place of an answer: a status, or `cut`. */
  faults = [];
  app = { id: "client-1", secret: "hush-of-the-app" };
  #codes = new Set();

  constructor({ name = "plants", token = "shpat_of-a-test", products = 0 } = {}) {
    this.host = `${name}.myshopify.com`;
    this.token = token;
    for (let number = 1; number <= products; number++) this.add({ title: `number ${number}` });
  }

  add(product) {
    const at = new Date(Date.now()).toISOString();
    const id = 632_910_000 + this.products.length;
    const made = { id, vendor: "Greenhouse", status: "active", created_at: at, updated_at: at, variants: [], ...product };
    this.products.push(made);
    return made;
  }

  /** What the shop sends when a product is changed: headers and body. */
  delivery(product) {
    const body = JSON.stringify(product);
    const hmac = createHmac("sha256", this.app.secret).update(body).digest("base64");
    const headers = {
      "content-type": "application/json", "x-shopify-topic": "products/update", "x-shopify-hmac-sha256": hmac,
      "x-shopify-shop-domain": this.host, "x-shopify-webhook-id": randomUUID(),
    };
    return { headers, body };
  }

  /** Status, body, and headers. */
  answer(method, url, headers, text) {
    if (url.pathname.startsWith("/admin/oauth/")) return this.#oauth(url, text);
    if (headers["x-shopify-access-token"] !== this.token) return [401, { errors: "[API] Invalid API key or access token" }];
    if (typeof this.faults[0] === "number") return [this.faults.shift(), { errors: "Not now" }, { "retry-after": "0.01" }];
    const path = url.pathname.replace(API, "");
    const [, id] = /^\/(?:products|webhooks)\/(\d+)\.json$/.exec(path) ?? [];
    switch (`${method} ${id === undefined ? path : path.replace(id, "ID")}`) {
      case "GET /shop.json": return [200, { shop: { id: 548380009, name: "Plants for small rooms" } }];
      case "GET /products.json": return this.#page(url.searchParams);
      case "GET /products/ID.json": {
        const product = this.products.find((one) => one.id === Number(id));
        return product ? [200, { product }] : [404, { errors: "Not Found" }];
      }
      case "POST /products.json": {
        const { product } = JSON.parse(text);
        return product.title ? [201, { product: this.add(product) }] : [422, { errors: { title: ["can't be blank"] } }];
      }
      case "GET /webhooks.json": return [200, { webhooks: this.hooks }];
      case "POST /webhooks.json": {
        const { webhook } = JSON.parse(text);
        if (this.hooks.some(({ address }) => address === webhook.address)) {
          return [422, { errors: { address: ["for this topic has already been taken"] } }];
        }
        this.hooks.push({ ...webhook, id: 4_759_306 + this.hooks.length });
        return [201, { webhook: this.hooks.at(-1) }];
      }
      case "DELETE /webhooks/ID.json": {
        const before = this.hooks.length;
        this.hooks = this.hooks.filter((one) => one.id !== Number(id));
        return this.hooks.length < before ? [200, {}] : [404, { errors: "Not Found" }];
      }
    }
    return [404, { errors: "Not Found" }];
  }

  /** A link to a page holds all that was asked for at first, so that no filter may stand beside it. */
  #page(asked) {
    const info = asked.get("page_info");
    if (info && [...asked.keys()].some((name) => !["limit", "page_info"].includes(name))) {
      return [400, { errors: { page_info: "cannot be combined with filters" } }];
    }
    const { from, ...filters } = info ? JSON.parse(Buffer.from(info, "base64url")) : { from: 0, ...Object.fromEntries(asked) };
    const limit = Number(asked.get("limit") ?? 50);
    const { vendor, status, since_id: since = "0", created_at_min: after = "" } = filters;
    const found = this.products.filter((one) => one.id > Number(since) && one.created_at >= after &&
      (vendor ?? one.vendor) === one.vendor && (status ?? one.status) === one.status);
    const page = found.slice(from, from + limit);
    const link = (at, rel) => {
      const page_info = Buffer.from(JSON.stringify({ ...filters, from: at })).toString("base64url");
      return `<https://${this.host}${API}/products.json?limit=${limit}&page_info=${page_info}>; rel="${rel}"`;
    };
    const links = [...(from > 0 ? [link(Math.max(0, from - limit), "previous")] : []),
      ...(from + limit < found.length ? [link(from + limit, "next")] : [])];
    return [200, { products: page }, links.length > 0 ? { link: links.join(", ") } : {}];
  }

  /** The person agrees at once. */
  #oauth(url, text) {
    if (url.pathname.endsWith("/authorize")) {
      const asked = url.searchParams;
      if (asked.get("client_id") !== this.app.id) return [400, { error: "application_cannot_be_found" }];
      const back = new URL(asked.get("redirect_uri"));
      const code = randomUUID();
      this.#codes.add(code);
      for (const [name, value] of [["code", code], ["state", asked.get("state")], ["shop", this.host]]) {
        back.searchParams.set(name, value);
      }
      this.scope = asked.get("scope");
      return [302, {}, { location: back.href }];
    }
    const given = new URLSearchParams(text);
    const isOurs = given.get("client_id") === this.app.id && given.get("client_secret") === this.app.secret;
    if (!isOurs) return [400, { error: "invalid_client" }];
    if (!this.#codes.delete(given.get("code"))) {
      return [400, { error: "invalid_request", error_description: "The authorization code was not found or was already used" }];
    }
    return [200, { access_token: this.token, scope: this.scope }];
  }

  async serve() {
    this.server = createServer(async (request, response) => {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const url = new URL(request.url, `https://${this.host}`);
      this.seen.push({ method: request.method, path: request.url, headers: request.headers, text });
      const [status, said, more] = this.answer(request.method, url, request.headers, text);
      // It did what was asked, and nobody hears of it.
      if (this.faults[0] === "cut") return void (this.faults.shift(), request.socket.destroy());
      const body = JSON.stringify(said);
      response.writeHead(status, { "content-type": "application/json", "x-request-id": "r-1", ...more }).end(body);
    });
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    this.base = `http://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const shop = await new Shop(JSON.parse(process.argv[2] ?? "{}")).serve();
  console.log(shop.base);
  process.stdin.resume().on("end", () => shop.close());
}
