/** Every example of every action, filled in in its form: what is read is the example again. */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { before, test } from "node:test";

import { pack } from "./support/judge.mjs";

const require = createRequire(import.meta.url);
const { actions } = JSON.parse(readFileSync(new URL("../../../../connector.json", import.meta.url)));
let service, read, input;

before(async () => {
  service = join(await pack(), "pinterest");
  ({ read } = require(join(service, "lib/form.js")));
  ({ input } = await import(join(service, "driver/single.mjs")));
});

const below = (key, name) => (key ? `${key}__${name}` : name);
const isMap = (schema) => typeof schema.additionalProperties === "object";

/** What a person fills in for a value; throws where a row has place for one record and there are more. */
function fill(schema, value, key, form, row) {
  if (schema.oneOf) {
    const fits = ({ properties = {}, type }) => Array.isArray(value) === (type === "array") &&
      (typeof value !== "object" || Object.keys(properties).length === 0 || Object.keys(value).every((name) => name in properties &&
        [undefined, value[name]].includes(properties[name].const)));
    const variant = schema.oneOf.find(fits);
    const tag = variant["x-variant"];
    form[below(key, schema.discriminator?.propertyName ?? "variant")] = tag;
    return fill(variant, value, row ? key : below(key, tag), form, row);
  }
  if (isMap(schema)) {
    const pairs = Object.entries(value).map(([name, value]) => {
      const pair = { key: name };
      fill(schema.additionalProperties, value, "value", pair, true);
      return pair;
    });
    if (!row) return (form[key] = { ADD: pairs });
    if (pairs.length > 1) throw new Error("one");
    return Object.entries(pairs[0] ?? {}).forEach(([name, value]) => (form[below(key, name)] = value));
  }
  if (Object.keys(schema.properties ?? {}).length > 0) {
    for (const [name, member] of Object.entries(value)) {
      const inner = schema.properties[name];
      if (inner.const === undefined) fill(inner, member, below(key, name), form, row);
    }
    return;
  }
  const items = schema.items ?? {};
  if (Array.isArray(value) && (items.properties || items.oneOf)) {
    if (row && value.length !== 1) throw new Error("one");
    if (row) return fill(items, value[0], key, form, row);
    return (form[key] = { ADD: value.map((item) => {
      const filled = {};
      fill(items, item, "", filled, true);
      return filled;
    }) });
  }
  if (!row && Array.isArray(value) && !items.enum) return (form[key] = { ADD: value.map((value) => ({ value })) });
  form[key] = Array.isArray(value) && row ? value.join(", ") : value;
}

test("every example survives its form", async () => {
  let tried = 0;
  const left = [];
  for (const module of readdirSync(service)) {
    if (["component", "driver", "lib", "core", "artifacts"].includes(module) || module.includes(".")) continue;
    for (const component of readdirSync(join(service, module))) {
      const code = readFileSync(join(service, module, component, `${component}.js`), "utf8");
      const [, id] = /\("([^"]+)", require/.exec(code);
      const { schema, single } = JSON.parse(readFileSync(join(service, module, component, "form.json")));
      for (const { title, input: example } of actions.find(({ action }) => action.id === id)?.examples ?? []) {
        const form = {};
        const records = single ? example[single.field] : [];
        let filled = example;
        if (single) {
          if (records.length !== 1) continue;
          const { [single.field]: _, ...beside } = example;
          filled = single.nested ? { ...beside, [single.field]: records[0] } : { ...beside, ...records[0] };
        }
        try {
          fill(schema, filled, "", form, false);
        } catch (error) {
          if (error.message !== "one") throw new Error(`${id}: ${title}: ${error.message}`);
          left.push(`${id}: ${title}`);
          continue;
        }
        const got = await read({}, schema, form);
        const whole = single ? input(single, got) : got;
        // What is filled in once goes to both places that have it.
        for (const name of single?.both ?? []) {
          if (records[0][name] === undefined) delete whole[single.field][0][name];
        }
        assert.deepEqual(JSON.parse(JSON.stringify(whole)), example, `${id}: ${title}`);
        tried += 1;
      }
    }
  }
  assert.ok(tried > 300, `${tried} examples`);
  assert.ok(left.length < tried / 20, left.join("\n"));
});
