/** What a connection to a shop consists of. The shop is a setting: each has an address of its own. */

/** The host fills in the setting, and from then on sends requests to nobody else. */
const SHOP = "https://{shop}.myshopify.com";
export const TOKEN = "access-token";
export const CALLS = "calls";
export const VERSION = "2025-10";

/** What a scope is for; who may change may also read. */
export const SCOPES = {
  read_products: { purpose: "See products", implies: [] },
  write_products: { purpose: "Make products", implies: ["read_products"] },
};

const SHOP_FIELD = {
  type: "string",
  title: "Shop",
  description: "The name before .myshopify.com, with letters, digits and hyphens",
  pattern: "^[A-Za-z0-9][A-Za-z0-9-]*$",
  maxLength: 60,
};
export const SETTINGS = {
  type: "object", properties: { shop: SHOP_FIELD }, required: ["shop"], additionalProperties: false,
};
const FORM = {
  type: "object",
  properties: {
    shop: { ...SHOP_FIELD, "x-role": "setting" },
    client_id: { type: "string", title: "Client id", "x-role": "client-id" },
    client_secret: { type: "string", title: "Client secret", "x-role": "client-secret", "x-secret": true },
    scopes: {
      type: "array", title: "Permissions", "x-role": "scopes",
      items: { type: "string", enum: Object.keys(SCOPES) },
    },
  },
  required: ["shop", "client_id", "client_secret"],
};

const OAUTH = {
  endpoints: [{
    environment: "", authorizeUrl: `${SHOP}/admin/oauth/authorize`, authorizeParameters: [],
    tokenUrl: `${SHOP}/admin/oauth/access_token`, revokeUrl: undefined,
  }],
  scopes: Object.entries(SCOPES).map(([id, { purpose, implies }]) => ({
    id, purpose, minimum: id === "read_products", suggested: true, implies,
  })),
  scopeSeparator: ",",
  grants: ["authorization-code"],
  clientAuthentication: "body",
  tokenBody: "form",
  tokenParameters: [],
  // The token lasts until the app is removed from the shop.
  tokenAnswer: {
    accessToken: "/access_token", expiresIn: undefined, refreshToken: undefined,
    refreshTokenExpiresIn: undefined, grantedScopes: "/scope", settings: [],
  },
  pkce: false,
  redirectUris: [{ platform: "Local tools", uri: "http://127.0.0.1:{port}/callback" }],
  rules: [
    rule("application_cannot_be_found", "client-id", "Compare the client id with that of the app."),
    rule("redirect_uri", "redirect-uri", "Enter the redirect URL in the app, with its port."),
    rule("access_denied", "denied", "Connect again and install the app."),
    rule("authorization code", "code", "Connect again."),
    rule("invalid_client", "client-secret", "Compare the client secret with that of the app."),
  ],
};

function rule(contains, fault, advice) {
  return { grant: undefined, status: undefined, contains, fault, advice };
}

export const DESCRIPTOR = {
  id: "shopify",
  title: "Shopify",
  summary: "Lists and makes the products of a shop, and hears of those that are new or were changed.",
  version: "0.1.0",
  apiVersion: VERSION,
  environments: [],
  origins: [SHOP],
  credentials: [{
    id: TOKEN, title: "Shop", required: true, group: undefined, source: { tag: "oauth2", val: OAUTH },
    placement: { tag: "header", val: { name: "x-shopify-access-token", prefix: "" } },
    origins: [{ origin: SHOP, environment: undefined }],
  }],
  requires: [],
  settings: JSON.stringify(SETTINGS),
  form: JSON.stringify(FORM),
  setup: [{
    title: "Make an app",
    text: "In the Dev Dashboard: Apps, Create app. Copy client id and secret, and enter the redirect URL.",
    url: "https://dev.shopify.com/dashboard",
  }],
  // A bucket of 40 calls, two of which come back each second.
  quotas: [{ id: CALLS, calls: 40, windowMs: 20_000 }],
  operations: ["POST /admin/oauth/access_token"],
  extensions: [],
};
