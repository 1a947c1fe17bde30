/** Numbers keep their digits, on the way in and out. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { connect } from "../src/index.mjs";
import { parse, stringify } from "../src/json.mjs";
import { probe } from "./support/probe.mjs";

/** Each as the text that it becomes, or as itself. */
const WRITTEN = {
  "9007199254740991": 9007199254740991,
  "-9007199254740991": -9007199254740991,
  "9007199254740992": "9007199254740992",
  "666743919837294988": "666743919837294988",
  "-666743919837294988": "-666743919837294988",
  "18446744073709551616": "18446744073709551616",
  "0.1": 0.1,
  "1.50": 1.5,
  "12345.678901234567": 12345.678901234567,
  "3.14159265358979312": "3.14159265358979312",
  "12345678901234567.5": "12345678901234567.5",
  "0.10000000000000000000": 0.1,
  "1e5": 100000,
  "1E+300": 1e300,
  "1e400": "1e400",
  "-1e400": "-1e400",
  "4e-400": "4e-400",
  "0e999": 0,
  "123456789012345e300": "123456789012345e300",
};

test("a number that a double holds exactly is a number, any other its text", () => {
  for (const [written, value] of Object.entries(WRITTEN)) {
    for (const [before, after, wrap] of [
      ["", "", (it) => it],
      ["[", "]", (it) => [it]],
      ["[\n ", "\t,1]", (it) => [it, 1]],
      ['{"a": ', "}", (it) => ({ a: it })],
      ['{"a\\\\":"\\"[1234567890123456789",\r"b":', " }", (it) => ({ "a\\": '"[1234567890123456789', b: it })],
    ]) assert.deepEqual(parse(before + written + after), wrap(value), before + written);
  }
});

test("texts stay as they are", () => {
  for (const text of ["666743919837294988", " 666743919837294988,", ":1e400", '"[1234567890123456789]"', "\\"]) {
    assert.deepEqual(parse(JSON.stringify({ [text]: [text, 1234567890123] })), { [text]: [text, 1234567890123] });
  }
});

test("what is no JSON is none", () => {
  for (const text of ["01234567890123456789", "{1234567890123456789: 1}", "[1234567890123456789.]",
    "[.1234567890123456789]", "[1234567890123456789abc]", "+1234567890123456789", "[1234567890123456789",
    '["1234567890123456789', "[12345678901234567 890]", "{1e400 :1}"]) {
    assert.throws(() => parse(text), SyntaxError, text);
  }
});

test("BigInt goes in with all its digits, wherever it is", () => {
  assert.equal(stringify({ a: [666743919837294988n, -1n], b: "1n", c: undefined }),
    '{"a":[666743919837294988,-1],"b":"1n"}');
});

test("all that a component gives keeps its digits: items, outputs, events, error details", async () => {
  const id = "666743919837294988";
  const inputs = [];
  const page = { items: `[{"id":${id}}]`, count: 1, checkpoint: new Uint8Array() };
  const component = probe({ start: (_, input) => (inputs.push(input), { tag: "emit", val: page }) });
  component.triggers.start = () => ({ tag: "emit", val: page });
  component.steps.resume = () => ({ tag: "done", val: { output: `{"n":${id}}` } });
  const connector = connect(component);
  const items = [];
  for await (const item of connector.list("send", { id: 666743919837294988n })) items.push(item);
  assert.deepEqual([items, inputs], [[{ id }], [`{"id":${id}}`]]);
  assert.deepEqual(await connector.run("send"), { n: id });
  assert.deepEqual((await connector.page("send")).items, [{ id }]);
  assert.deepEqual((await connector.poll("a.b", {})).events, [{ id }]);
  const failing = probe();
  failing.actions.start = () => {
    throw Object.assign(new Error(), { payload: { kind: "rejected", code: "no", message: "no", fields: [], details: `[${id}]` } });
  };
  await assert.rejects(connect(failing).run("send"), { details: [id] });
});
