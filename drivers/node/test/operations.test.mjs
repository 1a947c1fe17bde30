/** Which operation a request is: the cases that all hosts play. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { Operations, atLeast, foldedPath } from "../src/operations.mjs";
import { method as methodOf } from "./support/probe.mjs";

const path = new URL("../../../tests/operations/cases.json", import.meta.url);
const cases = JSON.parse(readFileSync(path, "utf8"));
const base = ({ url, environment }) => ({ url, environment: environment ?? undefined });
const listed = cases.operations.map((operation) => ({ ...operation, method: methodOf(operation.method) }));
const operations = new Operations(cases.bases.map(base), listed, cases.origins);

for (const { method, url, operation, refused, rewritten, ...expected } of cases.requests) {
  test(`${method} ${JSON.stringify(url)} is ${operation ?? refused}`, () => {
    const { meaning, why } = operations.find(cases.environment, methodOf(method), new URL(url));
    assert.deepEqual([meaning?.id, why], [operation, refused]);
    for (const [name, value] of Object.entries(expected)) assert.deepEqual(meaning[name], value);
  });
}

test("where tokens are given out is known however it is written", () => {
  const endpoint = foldedPath(new URL(cases.endpoint.url));
  for (const url of cases.endpoint.same) assert.equal(foldedPath(new URL(url)), endpoint, url);
  for (const url of cases.endpoint.others) assert.notEqual(foldedPath(new URL(url)), endpoint, url);
});

test("no request does less than its method", () => {
  for (const { method, said, effect } of cases.effects) assert.equal(atLeast(methodOf(method), said), effect);
  assert.equal(atLeast(methodOf("PROPFIND"), "read"), "idempotent");
});

test("lists that do not hold together are refused", () => {
  const wrong = (bases, path, named) =>
    assert.throws(() => new Operations(bases, [{ ...listed[0], path }], cases.origins),
      (error) => error.rule === "contract" && error.message.includes(named), named);
  wrong([], "/a", "operations: they have no base");
  for (const url of cases.wrong.bases) wrong([{ url }], "/a", `the base \`${url}\``);
  for (const path of cases.wrong.paths) wrong([base(cases.bases[0])], path, `the path \`${path}\``);
});

test("a method of another name is another one, also where the name is known", () => {
  const url = new URL("https://a.com/x");
  const all = [{ ...listed[0], method: { tag: "other", val: "REPORT" }, path: "/x", effect: "read" }];
  const own = new Operations([{ url: "https://a.com" }], all, ["https://a.com"]);
  assert.equal(own.find(undefined, { tag: "other", val: "REPORT" }, url).meaning.effect, "idempotent");
  assert.equal(own.find(undefined, { tag: "other", val: "SEARCH" }, url).why, "unknown");
  assert.equal(own.find(undefined, { tag: "get" }, url).why, "unknown");
});

test("a long path takes no long time", () => {
  const long = 200_000;
  for (const segment of [".".repeat(long) + "x", "%20".repeat(long) + "x", `%${"25".repeat(long)}`]) {
    const url = new URL(`https://a.com/v1/things/${segment}`);
    assert.ok(operations.find("live", { tag: "get" }, url));
    assert.ok(foldedPath(url));
  }
});
