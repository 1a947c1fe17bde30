import { expect, test } from "vitest";
import { errorSchema, parsePath, pathOf, showPath, withValue } from "../src/form/paths";

test("paths of errors are taken apart and put together", () => {
  const all: [string, (string | number)[]][] = [
    ["name", ["name"]],
    ["items[0].name", ["items", 0, "name"]],
    ["[2]", [2]],
    ["a.b[10][3].c", ["a", "b", 10, 3, "c"]],
    ["", []],
  ];
  for (const [text, parts] of all) {
    expect(parsePath(text)).toEqual(parts);
    expect(showPath(parts)).toBe(text);
  }
  expect(parsePath('extra["odd.name"]')).toEqual(["extra", "odd.name"]);
});

test("each error is at its field, and those of one field are together", () => {
  const errors = errorSchema([
    { path: "items[1].name", message: "too long" },
    { path: "items[1].name", message: "odd" },
    { path: "", message: "too much" },
  ]);
  expect(errors).toEqual({ __errors: ["too much"], items: { 1: { name: { __errors: ["too long", "odd"] } } } });
});

test("the id of an element leads to its place in the data", () => {
  const data = { items: [{ "0": "a" }], object: { "0": "b" } };
  expect(pathOf("root.items.0.0", data)).toEqual(["items", 0, "0"]);
  expect(pathOf("root.object.0", data)).toEqual(["object", "0"]);
});

test("a value is put in its place, and the rest stays", () => {
  const data = { a: { b: [1, 2] }, c: 3 };
  expect(withValue(data, ["a", "b", 1], 5)).toEqual({ a: { b: [1, 5] }, c: 3 });
  expect(withValue(data, ["a"], undefined)).toEqual({ c: 3 });
  expect(withValue(undefined, ["x", "y"], 1)).toEqual({ x: { y: 1 } });
  expect(data).toEqual({ a: { b: [1, 2] }, c: 3 });
});
