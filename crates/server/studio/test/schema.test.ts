import { expect, test } from "vitest";
import { constants, isFree, labelOf, prepare, pruned, shown, typeOf, variantOf, variants } from "../src/form/schema";
import type { Schema } from "../src/types";

const object = (properties: Schema, more: Schema = {}): Schema => ({ type: "object", properties, ...more });
const kind = (value: string) => ({ type: "string", const: value });

test("defaults are shown and not sent, also those of fields that are called so", () => {
  const prepared = prepare(object({ default: { type: "string", default: "x" } }));
  expect(prepared.properties.default).toEqual({ type: "string", "x-default": "x" });
});

test("what the connection knows need not be filled in", () => {
  const schema = object(
    { account: { type: "string", "x-setting": "account" }, name: { type: "string" } },
    { required: ["account", "name"] },
  );
  expect(prepare(schema).required).toEqual(["name"]);
});

test("the choices of a list are those of its items", () => {
  const { items } = prepare({ type: "array", items: { type: "string" }, "x-choices": ["board"] });
  expect(items["x-choices"]).toEqual(["board"]);
  expect(prepare({ type: "array", items: { enum: ["a", "b"] } }).uniqueItems).toBe(true);
});

test("an alternative is told by its constants, or by its type", () => {
  const all = [object({ kind: kind("url"), url: {} }), object({ kind: kind("data"), data: {} })];
  expect(variantOf(all, { kind: "data", data: "x" })).toBe(1);
  expect(variantOf(all, undefined)).toBe(-1);
  expect(constants(all[0])).toEqual({ kind: "url" });
  const mixed = [
    { type: "string" },
    { type: "array", items: {} },
    object({ a: {} }, { additionalProperties: false }),
    object({ b: {} }),
  ];
  expect([variantOf(mixed, "x"), variantOf(mixed, []), variantOf(mixed, { a: 1 }), variantOf(mixed, { b: 1 })]).toEqual(
    [0, 1, 2, 3],
  );
});

test("alternatives within alternatives are found", () => {
  const inner = {
    oneOf: [
      object({ kind: kind("a") }, { additionalProperties: false }),
      object({ kind: kind("b") }, { additionalProperties: false }),
    ],
  };
  expect(variantOf([object({ id: {} }, { additionalProperties: false }), inner], { kind: "b" })).toBe(1);
});

test("single values are no alternatives to choose a form by", () => {
  expect(variants({ oneOf: [{ const: 1 }, { const: 2 }] })).toEqual([]);
  expect(variants({ anyOf: [{ type: "string" }, { type: "null" }] })).toHaveLength(1);
});

test("what may be anything is written as JSON", () => {
  expect([{}, { type: "object" }, { type: "array" }, { type: "array", items: {} }].map(isFree)).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(
    [
      { type: "string" },
      { enum: [1] },
      object({ a: {} }),
      { type: "object", additionalProperties: { type: "string" } },
    ].map(isFree),
  ).toEqual([false, false, false, false]);
  expect(typeOf({ type: ["string", "null"] })).toBe("string");
});

test("a place has the words of its fields", () => {
  const schema = object({
    images: { title: "Images", items: { oneOf: [object({ file: { title: "File" } })] } },
    plain: {},
  });
  expect([["images", 0, "file"], ["plain"], ["unknown", 1], []].map((path) => labelOf(schema, path))).toEqual([
    "Images · 1 · File",
    "plain",
    "unknown · 2",
    "",
  ]);
});

test("what was left open is not sent", () => {
  expect(pruned({ a: undefined as never, b: {}, c: { d: {} }, e: [], f: [{}], g: null, h: 0 })).toEqual({
    e: [],
    f: [{}],
    g: null,
    h: 0,
  });
});

test("secrets and files are not in snippets", () => {
  const schema = object({
    token: { "x-secret": true },
    source: { oneOf: [object({ kind: kind("x"), data: { "x-file": "base64" } })] },
    name: {},
  });
  const text = JSON.stringify(
    shown(schema, { token: "s3cret", source: { kind: "x", data: "A".repeat(500) }, name: "n" }),
  );
  expect(text).not.toMatch(/s3cret|AAAA/);
  expect(text).toContain('"name":"n"');
});
