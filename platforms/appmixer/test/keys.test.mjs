/** A connector whose credential a person pastes: Appmixer's other kind of account. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { pack } from "./support/judge.mjs";
import { session } from "./support/session.mjs";

const TOKEN = "github_pat_0123456789abcdef";
const USER = { id: 1, login: "octocat", name: "Octo Cat" };

let account, server;
const seen = [];

before(async () => {
  server = createServer(({ url, headers }, answer) => {
    seen.push({ url, authorization: headers.authorization });
    answer.setHeader("content-type", "application/json");
    answer.end(JSON.stringify(url === "/user" ? USER : []));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const service = join(await pack("github_issues"), "github_issues");
  const routes = `https://api.github.com=http://127.0.0.1:${server.address().port}`;
  account = await session(service, { routes });
});
after(() => server.close());

test("the pasted value is checked, kept by Appmixer, and sent to its origin", async () => {
  const login = await account.enter({ token: TOKEN });
  assert.equal(login.code, 0, login.text);
  assert.match(login.text, /Account name:.*octocat/i);
  const input = { repository: "octocat/hello-world", outputType: "array" };
  const listed = await account.component("issues/List", { input });
  assert.equal(listed.code, 0, listed.text);
  assert.deepEqual(listed.messages, [{ result: [], count: 0 }]);
  assert.ok(!listed.text.includes(TOKEN));
  assert.ok(seen.length >= 2);
  assert.ok(seen.every(({ authorization }) => authorization === `Bearer ${TOKEN}`));
});
