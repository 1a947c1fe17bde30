/** What a flow builder is asked for. */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { compile } from "./support/judge.mjs";
import { nodeType } from "./support/node.mjs";
import { manifest, pack } from "./support/pack.mjs";

const all = pack("pinterest_connector", ["--all"]);

before(() => compile(all.folder));
after(() => all.remove());

/** All parameters, those within others too. */
function* parameters(list) {
  for (const one of list ?? []) {
    yield one;
    if (["collection", "fixedCollection"].includes(one.type)) {
      yield* parameters(one.options.flatMap((option) => option.values ?? [option]));
    }
  }
}

const known = manifest("pinterest_connector");

/** A schema itself, where only its name stands. */
const named = ({ $ref, ...beside }) => ($ref ? { ...named(known.$defs[$ref.split("/").at(-1)]), ...beside } : beside);

/** Whether nothing is said of what is in a value. */
const unknown = (place) => {
  const schema = named(place);
  const variants = (schema.oneOf ?? schema.anyOf ?? []).filter(({ type }) => type !== "null");
  if (variants.length > 0) return variants.every(unknown);
  const types = [schema.type ?? []].flat();
  if (types.includes("array")) return unknown(schema.items ?? {});
  const members = Object.keys(schema.properties ?? {}).length;
  const open = Object.keys(schema.additionalProperties || {}).length === 0;
  return members === 0 && open && (types.includes("object") || (types.length === 0 && schema.enum === undefined && schema.const === undefined));
};

/** The names of the members of which nothing is known, wherever they are in a schema. */
function* unknowns(place, name) {
  const schema = named(place);
  if (name !== undefined && unknown(schema)) yield name;
  for (const [inner, member] of Object.entries(schema.properties ?? {})) yield* unknowns(member, inner);
  for (const variant of schema.oneOf ?? schema.anyOf ?? []) yield* unknowns(variant);
  if (schema.items) yield* unknowns(schema.items);
  if (typeof schema.additionalProperties === "object") yield* unknowns(schema.additionalProperties);
}

test("JSON is asked for only where nobody knows what is in it", () => {
  const free = new Set(known.actions.flatMap(({ input }) => [...unknowns(input)]));
  let count = 0;
  let json = 0;
  for (const name of ["Pinterest", "PinterestTrigger", "PinterestWebhookTrigger"]) {
    for (const parameter of parameters(nodeType(all.folder, name).description.properties)) {
      count += 1;
      if (parameter.type !== "json") continue;
      json += 1;
      const field = parameter.name.split("__").at(-1).replace(/_$/, "");
      assert.ok(free.has(field), `${parameter.name} is JSON, and its schema is known`);
    }
  }
  console.log(`${count} parameters, ${json} of them JSON, none of a known schema`);
  assert.ok(count > 5000, `${count} parameters`);
});

test("every action and every trigger is there, and every field in it has a title", () => {
  const { properties } = nodeType(all.folder, "Pinterest").description;
  const operations = properties.filter(({ name }) => name === "operation").flatMap(({ options }) => options);
  assert.deepEqual(operations.map(({ value }) => value).sort(), known.actions.map(({ action }) => action.id).sort());
  for (const [name, entries] of [["PinterestTrigger", known.triggers], ["PinterestWebhookTrigger", known.webhooks]]) {
    const [event] = nodeType(all.folder, name).description.properties.filter((one) => one.name === "event");
    assert.deepEqual(event.options.map(({ value }) => value).sort(), entries.map(({ trigger }) => trigger.id).sort());
  }
  for (const { displayName, name } of parameters(properties)) assert.ok(displayName, name);
});
