import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { type Call, SNIPPETS, python, quoted } from "../src/snippets/snippets";

const call: Call = {
  origin: "http://127.0.0.1:8930",
  connection: "my shop",
  action: "pins.create",
  title: "Create a Pin",
  input: { title: 'It\'s "odd" $HOME `x` \\ ünï\n', count: 2, yes: true, none: null, list: [{ a: [] }, {}] },
};
const text = (id: string, more = {}) => SNIPPETS.find((one) => one.id === id)!.text({ ...call, ...more });

test("a shell passes on exactly what was typed", () => {
  for (const word of ["plain", "", "it's", '$HOME `x` \\ "', "a\nb", "*"]) {
    expect(spawnSync("sh", ["-c", `printf %s ${quoted(word)}`], { encoding: "utf8" }).stdout).toBe(word);
  }
});

test("curl and the command line get the input as JSON", () => {
  for (const id of ["curl", "cli"]) {
    const command = text(id, { limit: 5 }).replace(/^(?:curl|connector) /, "printf '%s\\0' ");
    const words = spawnSync("sh", ["-c", command], { encoding: "utf8" }).stdout.split("\0");
    expect(words.map((word) => word.startsWith("{") && JSON.parse(word))).toContainEqual(call.input);
    expect(words.some((word) => word.includes("limit"))).toBe(true);
  }
});

test("names in addresses are encoded", () => {
  expect(text("curl")).toContain("http://127.0.0.1:8930/v1/my%20shop/actions/pins.create");
});

test("Node's snippet is a program that sends it", async () => {
  const program = text("node").replaceAll("console.log(result);", "return result;");
  const sent: [string, RequestInit][] = [];
  const run = new Function("fetch", "process", `return (async () => { ${program} })()`) as (
    ...given: unknown[]
  ) => Promise<unknown>;
  const fetch = (to: string, how: RequestInit) => {
    sent.push([to, how]);
    return Promise.resolve({ ok: true, json: () => ({ id: "1" }) });
  };
  expect(await run(fetch, { env: { CONNECTOR_KEY: "k" } })).toEqual({ id: "1" });
  expect(JSON.parse(sent[0][1].body as string)).toEqual(call.input);
  expect(sent[0][1].headers).toMatchObject({ authorization: "Bearer k" });
});

test("Python's values are Python", () => {
  expect(python({ a: [true, null, 1.5, 'x"y'], b: {} })).toBe(
    '{\n    "a": [\n        True,\n        None,\n        1.5,\n        "x\\"y",\n    ],\n    "b": {},\n}',
  );
  expect(text("python")).toContain("requests.post(");
});

test("n8n and MCP get JSON that they know", () => {
  const node = JSON.parse(text("n8n")).nodes[0];
  expect(node.type).toBe("n8n-nodes-base.httpRequest");
  expect(JSON.parse(node.parameters.jsonBody)).toEqual(call.input);
  expect(JSON.parse(text("mcp")).params).toEqual({ name: "pins_create", arguments: call.input });
});
