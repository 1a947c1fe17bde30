import { expect, test } from "vitest";
import { errorsOf, filledOf, inputOf, placeOf } from "../src/form/single";

const flat = { field: "body", beside: ["account", "test"], both: ["account"], nested: false };
const nested = { field: "items", beside: ["account"], both: [], nested: true };

test("a record becomes the input, and an example of one record what is filled in", () => {
  const filled = { account: "1", test: true, name: "a" };
  const input = { account: "1", test: true, body: [{ account: "1", name: "a" }] };
  expect(inputOf(flat, filled)).toEqual(input);
  expect(filledOf(flat, input)).toEqual(filled);
  expect(filledOf(flat, { account: "1", body: [{}, {}] })).toBeUndefined();
  const one = { account: "1", items: { operation: "DELETE" } };
  expect(inputOf(nested, one)).toEqual({ account: "1", items: [{ operation: "DELETE" }] });
  expect(filledOf(nested, inputOf(nested, one))).toEqual(one);
});

test("fields have a place in the input, and errors about it one in the form", () => {
  expect(placeOf(flat, "account")).toBe("account");
  expect(placeOf(flat, "spec.age[0]")).toBe("body[0].spec.age[0]");
  expect(placeOf(nested, "items.item_id")).toBe("items[0].item_id");
  const wrong = (path: string) => ({ path, message: "is required" });
  expect(errorsOf(flat, [wrong("body[0].name"), wrong("account")])).toEqual([wrong("name"), wrong("account")]);
  expect(errorsOf(nested, [wrong("items[0].item_id")])).toEqual([wrong("items.item_id")]);
});
