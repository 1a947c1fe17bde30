/** A connector whose credential a person pastes: Appmixer's other kind of account. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { pack } from "./support/judge.mjs";
import { session } from "./support/session.mjs";

const TOKEN = "github_pat_0123456789abcdef";
const USER = { id: 1, login: "octocat", name: "Octo Cat" };

/** An id of more digits than a double has. */
const LARGE = "666743919837294988";

let account, server, service;
const seen = [];

before(async () => {
  server = createServer(({ url, headers }, answer) => {
    seen.push({ url, authorization: headers.authorization });
    answer.setHeader("content-type", "application/json");
    answer.end(url === "/user" ? JSON.stringify(USER) : `[{"id":${LARGE},"number":7}]`);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  service = join(await pack("github_issues"), "github_issues");
  const routes = `https://api.github.com=http://127.0.0.1:${server.address().port}`;
  account = await session(service, { routes });
});
after(() => server.close());

test("the pasted value is checked, kept by Appmixer, and sent to its origin", async () => {
  const login = await account.enter({ token: TOKEN });
  assert.equal(login.code, 0, login.text);
  assert.match(login.text, /Account name:.*octocat/i);
  const input = { repository: "octocat/hello-world", outputType: "array" };
  const listed = await account.component("issues/ListIssues", { input });
  assert.equal(listed.code, 0, listed.text);
  const [{ result: [issue], count }] = listed.messages;
  assert.deepEqual([issue.id, issue.number, count], [LARGE, 7, 1], "the digits of an id survive");
  assert.ok(!listed.text.includes(TOKEN));
  assert.ok(seen.length >= 2);
  assert.ok(seen.every(({ authorization }) => authorization === `Bearer ${TOKEN}`));
});

test("digits survive on their way in, from a form and out of JSON in it", async () => {
  const { read } = createRequire(import.meta.url)(join(service, "lib/form.js"));
  const schema = { properties: {
    whole: { type: "integer" }, small: { type: "integer" }, text: { type: "string" },
    any: {}, list: { type: "array", items: { type: "string" } }, object: { type: "object" },
  } };
  const form = {
    whole: LARGE, small: " 7 ", text: LARGE, any: LARGE, list: `[${LARGE}]`, object: `{"id": ${LARGE}}`,
  };
  assert.deepEqual(await read({}, schema, form), {
    whole: BigInt(LARGE), small: 7, text: LARGE, any: LARGE, list: [LARGE], object: { id: LARGE },
  });
});
