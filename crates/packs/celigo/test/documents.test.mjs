/** The documents for the HTTP connector: their shape, and that they do what they say. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";

import Handlebars from "handlebars";

import { emulator } from "./support/emulator.mjs";
import { manifest, pack } from "./support/pack.mjs";

const made = pack("pinterest_connector");
const folder = join(made.folder, "documents");
const read = (path) => JSON.parse(readFileSync(join(folder, path), "utf8"));
const all = (kind) => readdirSync(join(folder, kind)).map((file) => read(`${kind}/${file}`));
const { functions } = JSON.parse(readFileSync(join(made.folder, "functions.json"), "utf8"));
let service;

before(async () => (service = await emulator()));
after(() => {
  service.end();
  made.remove();
});

/** As the platform does: what goes into a URI is encoded, what has three braces is not. */
function render(template, values) {
  const engine = Handlebars.create();
  engine.registerHelper("jsonSerialize", (value) => JSON.stringify(value));
  engine.escapeExpression = engine.Utils.escapeExpression;
  return engine.compile(template.replace(/(?<!\{)\{\{([a-z][^{}]*)\}\}(?!\})/g, "{{{uri $1}}}"))(
    values, { helpers: { uri: (value) => encodeURIComponent(value ?? "") } });
}

const at = (object, path) => path.split(".").reduce((value, name) => value?.[name], object);

/** Reads all pages as the document says. */
async function walk({ http }, record) {
  const items = [];
  for (let token; ; ) {
    const uri = render(http.relativeURI, { record, export: { http: { paging: { token } } } });
    const response = await fetch(service.origin + uri, {
      method: http.method, headers: { authorization: `Bearer ${service.token}` },
    });
    assert.equal(response.status, 200, uri);
    const page = await response.json();
    items.push(...at(page, http.response.resourcePath));
    token = at(page, http.paging.path);
    if (!token) return items;
  }
}

test("every list that is one operation has an export, and what writes has an import", () => {
  const single = manifest("pinterest_connector").actions
    .filter(({ action }) => action.operation_id)
    .map(({ action }) => action);
  const exported = Object.values(functions).filter(({ kind }) => kind === "export");
  const lists = single.filter(({ shape }) => shape === "items").length;
  // Some lists want an object in their query, which a template cannot write.
  assert.ok(all("exports").length >= lists - 2, `${all("exports").length} of ${lists}`);
  assert.ok(exported.length > lists);
  const writes = single.filter(({ effect }) => effect !== "read").length;
  assert.ok(all("imports").length >= writes - 2, `${all("imports").length} of ${writes}`);
});

test("exports have the shape that the platform takes", () => {
  for (const { name, adaptorType, isLookup, http } of all("exports")) {
    assert.equal(adaptorType, "HTTPExport");
    assert.ok(name);
    assert.match(http.relativeURI, /^\/[^ ]*/);
    assert.ok(["GET", "POST"].includes(http.method));
    assert.equal(isLookup ?? false, /record\./.test(http.relativeURI + http.body));
    const { method, path, pathLocation } = http.paging;
    assert.deepEqual([method, typeof path, pathLocation], ["token", "string", "body"]);
    assert.match(http.relativeURI, /\{\{export\.http\.paging\.token\}\}/);
    Handlebars.precompile(http.relativeURI);
    Handlebars.precompile(http.body ?? "");
  }
});

test("imports have the shape that the platform takes", () => {
  for (const { adaptorType, http } of all("imports")) {
    assert.equal(adaptorType, "HTTPImport");
    assert.equal(http.method.length, http.relativeURI.length);
    assert.ok(["POST", "PUT", "PATCH", "DELETE"].includes(http.method[0]));
    for (const kind of http.requestType ?? []) assert.ok(["CREATE", "UPDATE"].includes(kind));
    for (const template of [...http.relativeURI, ...(http.body ?? [])]) {
      Handlebars.precompile(template);
    }
    for (const body of http.body ?? []) {
      const record = { toJSON: () => ({ name: "x" }), parent_id: "1", ad_group_id: "2", catalog_id: "3" };
      JSON.parse(render(body, { record }));
    }
  }
});

test("connections and clients have OAuth, and no secret", () => {
  for (const environment of ["production", "sandbox"]) {
    const { type, http } = read(`${environment}/connection.json`);
    assert.equal(type, "http");
    assert.equal(http.auth.type, "oauth");
    const { oauth, token } = http.auth;
    assert.deepEqual([oauth.grantType, token.location, token.scheme], ["authorizecode", "header", "Bearer"]);
    for (const url of [http.baseURI, oauth.authURI, oauth.tokenURI]) assert.equal(new URL(url).protocol, "https:");
    assert.ok(!http.baseURI.endsWith("/") && http.ping.relativeURI.startsWith("/"));
    const client = read(`${environment}/iclient.json`);
    assert.equal(client.provider, "custom_oauth2");
    assert.equal(client.oauth2.clientSecret, "CLIENT_SECRET");
    for (const url of [client.oauth2.auth.uri, client.oauth2.token.uri]) {
      assert.ok(client.oauth2.validDomainNames.includes(new URL(url).host));
    }
  }
  const { wrapper } = read("stack/connection.json");
  assert.equal(wrapper.pingFunction, "ping");
  assert.deepEqual(wrapper.encryptedFields.map(({ id }) => id), ["access-token", "conversion-token"]);
});

test("an export reads all pages of the service", async () => {
  const boards = await walk(read("exports/boardsList.json"));
  assert.equal(boards.length, 6);
  const { id: board_id } = boards.find(({ pin_count }) => pin_count === 62);
  await service.door("pins", { board_id, count: 500 });
  const pins = await walk(read("exports/boardPinsList.json"), { board_id });
  assert.equal(new Set(pins.map(({ id }) => id)).size, 562);
});

test("an import writes", async () => {
  const send = async ({ http }, record, body) => {
    const response = await fetch(service.origin + render(http.relativeURI[0], { record }), {
      method: http.method[0],
      headers: { authorization: `Bearer ${service.token}`, "content-type": "application/json" },
      body: http.body ? render(http.body[0], { record: body }) : body && JSON.stringify(body),
    });
    assert.ok(response.ok, `${http.relativeURI[0]}: ${response.status}`);
    return response.status === 204 ? undefined : response.json();
  };
  const create = read("imports/boardsCreate.json");
  const made = await send(create, {}, { name: "From a document" });
  const id = at(made, create.http.response.resourceIdPath[0]);
  const changed = await send(read("imports/boardsUpdate.json"), { board_id: id }, { name: "Changed" });
  assert.equal(changed.name, "Changed");
  await send(read("imports/boardsDelete.json"), { board_id: id });
  const campaign = { name: "One", objective_type: "AWARENESS" };
  const [{ id: ad_account_id }] = await walk(read("exports/adAccountsList.json"));
  const { items } = await send(read("imports/campaignsCreate.json"), { ad_account_id }, { ...campaign, ad_account_id });
  assert.equal(items[0].data.name, "One");
});

test("an export of the module has a form, and what is filled in there is what it reads", async () => {
  const { settingsForm: { form }, wrapper } = read("stack/exports/userAccountAnalyticsGet.json");
  const { start_date: start, metric_types: metrics } = form.fieldMap;
  assert.deepEqual([start.type, start.required, start.label], ["date", true, "From"]);
  assert.equal(metrics.type, "multiselect");
  assert.ok(metrics.options[0].items.every(({ label }) => /^[A-Z][a-z0-9 %]+$/.test(label)), "labels are words");
  const placed = JSON.stringify(form.layout);
  assert.ok(Object.keys(form.fieldMap).every((name) => placed.includes(`"${name}"`)), "each field has a place");
  assert.ok(wrapper.configuration.start_date);
  const { reads } = functions.userAccountAnalyticsGet;
  const { filled } = createRequire(import.meta.url)(join(made.folder, "lib/settings.js"));
  assert.deepEqual(filled(reads, { start_date: "2026-01-01T00:00:00Z", metric_types: ["SAVE"], end_date: "" }),
    { start_date: "2026-01-01", metric_types: ["SAVE"] });
});

test("no form asks for JSON, and an import tells the fields of a record", () => {
  for (const { name, settingsForm } of all("stack/exports")) {
    for (const { type, label } of Object.values(settingsForm?.form.fieldMap ?? {})) {
      assert.ok(["text", "textarea", "select", "multiselect", "checkbox", "date"].includes(type), `${name}: ${type}`);
      assert.ok(label, name);
    }
  }
  const { sampleData, wrapper } = read("stack/imports/campaignsCreate.json");
  assert.ok(sampleData.name && sampleData.objective_type && wrapper.configuration.ad_account_id);
});
