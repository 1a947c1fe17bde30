/** What there is: actions, a trigger and a webhook, with their schemas. */

const json = JSON.stringify;
const GROUP = "Products";

/** Ids beyond 2^53 are texts, with all their digits. */
const ID = { type: ["integer", "string"] };
const PRODUCT = {
  type: "object",
  properties: {
    id: ID,
    title: { type: "string" },
    handle: { type: "string" },
    body_html: { type: ["string", "null"], description: "HTML." },
    vendor: { type: ["string", "null"] },
    product_type: { type: ["string", "null"] },
    status: { type: "string" },
    created_at: { type: "string" },
    updated_at: { type: "string" },
    variants: {
      type: "array",
      items: { type: "object", properties: { id: ID, price: { type: "string", "x-text": "decimal" } } },
    },
  },
  required: ["id"],
};
const SAMPLE = {
  id: 632910392, title: "Fern in a blue pot", handle: "fern-in-a-blue-pot", body_html: "<p>Likes shade</p>",
  vendor: "Greenhouse", product_type: "Plant", status: "active", created_at: "2026-05-02T09:30:00Z",
  updated_at: "2026-05-02T10:00:00Z", variants: [{ id: 808950810, price: "24.00" }],
};

const text = (title, more) => ({ type: "string", title, maxLength: 255, ...more });
const object = (properties, required = []) =>
  json({ type: "object", properties, required, additionalProperties: false });
const VENDOR = text("Vendor");
const STATUS = { type: "string", title: "Status", enum: ["active", "draft", "archived"] };

function action(id, title, summary, scope, effect, shape, input, example) {
  return {
    action: {
      id, operationId: undefined, title, summary, group: GROUP, scopes: [scope], effect, destructive: false,
      shape, notes: [], deprecation: undefined, extensions: [],
    },
    input, output: json(PRODUCT), examples: [{ title: example.title, input: json(example.input) }],
  };
}

export const ACTIONS = [
  action(
    "products.list", "List products", "The products of the shop, in the order that it gives.", "read_products",
    "read", "items", object({ status: STATUS, vendor: VENDOR }),
    { title: "Those on sale", input: { status: "active" } },
  ),
  action(
    "products.get", "Get a product", "A product by its id, with its variants.", "read_products", "read", "single",
    object({
      product_id: {
        type: "string", title: "Product", description: "Its id.", pattern: "^[0-9]{1,20}$",
        "x-choices": [], "x-scopes": ["read_products"],
      },
    }, ["product_id"]),
    { title: "One product", input: { product_id: "632910392" } },
  ),
  action(
    "products.create", "Create a product", "Makes a product with one variant.", "write_products", "write",
    "single",
    object({
      title: text("Title"),
      body_html: { type: "string", title: "Description", "x-multiline": true },
      vendor: VENDOR,
      product_type: text("Type"),
      tags: { type: "array", title: "Tags", items: text("Tag"), maxItems: 250 },
      status: { ...STATUS, description: "Active where nothing is said." },
    }, ["title"]),
    { title: "A draft", input: { title: "Fern in a blue pot", status: "draft" } },
  ),
];

const event = (id, at) => json({ id, occurred_at: at, data: SAMPLE });
const known = (id, title, summary) => ({ id, title, summary, group: GROUP, scopes: ["read_products"] });

export const TRIGGERS = [{
  trigger: known("product.created", "New product", "Somebody made a product; the oldest first."),
  config: object({ vendor: { ...VENDOR, title: "Only of this vendor" } }),
  data: json(PRODUCT),
  sample: event(String(SAMPLE.id), SAMPLE.created_at),
}];

const UPDATED = known("product.updated", "Product updated", "A product was changed, or something of it was sold.");
export const WEBHOOKS = [{
  trigger: UPDATED,
  shared: false,
  signatures: [{
    header: "x-shopify-hmac-sha256", element: undefined, prefix: "", encoding: "base64",
    algorithm: { tag: "hmac-sha256" }, key: { tag: "client-secret" }, keyEncoding: "plain", signed: "{body}",
    time: undefined,
  }],
}];
export const DELIVERED = [{
  trigger: UPDATED, config: object({}), data: json(PRODUCT),
  sample: event(`${SAMPLE.id}/${SAMPLE.updated_at}`, SAMPLE.updated_at),
}];
