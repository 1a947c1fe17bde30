/** The pack: n8n's judges take it, and its nodes work against the service on this machine. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { emulator } from "./support/emulator.mjs";
import { compile, objections } from "./support/judge.mjs";
import { context, nodeType } from "./support/node.mjs";
import { manifest, pack } from "./support/pack.mjs";

const made = pack("pinterest_connector", ["--groups", "Account,Boards,Pins,Trends", "--actions", "campaigns.create,ads_reports.run"]);
const small = pack("github_issues");
let service;

before(async () => {
  compile(made.folder);
  compile(small.folder);
  service = await emulator();
});

after(() => {
  service?.end();
  made.remove();
  small.remove();
});

/** A context with an account, in which a token is an OAuth's or a pasted one. */
function account(type, about) {
  const oauth = about.authentication !== "token";
  return context(type, {
    credentials: oauth
      ? { pinterestOAuth2Api: { oauthTokenData: { access_token: about.token ?? service.token } } }
      : { pinterestApi: { accessToken: about.token ?? service.token } },
    route: (url) => Object.entries(service.routes).reduce((at, [from, to]) => at.replace(from, to), url),
    sign: (options, data) => {
      options.headers.Authorization = `Bearer ${data.oauthTokenData?.access_token ?? data.accessToken}`;
    },
    ...about,
    parameters: { authentication: oauth ? "oAuth2" : "token", ...about.parameters },
  });
}

const node = () => nodeType(made.folder, "Pinterest");

/** The items that an operation gives. */
async function run(operation, parameters = {}, about = {}) {
  const type = node();
  const resource = resourceOf(type, operation);
  const here = account(type, { ...about, parameters: { resource, operation, ...parameters } });
  const [items] = await type.execute.call(here);
  return Object.assign(items, { sent: here.sent });
}

function resourceOf({ description }, operation) {
  const all = description.properties.filter(({ name }) => name === "operation");
  const one = all.find(({ options }) => options.some(({ value }) => value === operation));
  return one.displayOptions.show.resource[0];
}

const rl = (value) => ({ __rl: true, mode: "id", value });

test("n8n's scanner takes the source and what is built of it", async () => {
  assert.deepEqual(await objections(small.folder), []);
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(small.folder, "package.json"), "utf8"));
  assert.deepEqual([dependencies, peerDependencies], [undefined, { "n8n-workflow": "*" }]);
});

test("a board is made, changed, listed and deleted", async () => {
  const [{ json: board, pairedItem }] = await run("boards.create", { name: "Made by n8n", privacy: "SECRET" });
  assert.deepEqual([board.name, board.privacy, pairedItem], ["Made by n8n", "SECRET", { item: 0 }]);
  const [{ json: changed }] = await run("boards.update", { board_id: rl(board.id), description: "New" });
  assert.equal(changed.description, "New");
  const all = await run("boards.list", { returnAll: true });
  assert.ok(all.some(({ json }) => json.id === board.id));
  assert.equal((await run("boards.list", { limit: 2 })).length, 2);
  await run("boards.delete", { board_id: rl(board.id) });
  await assert.rejects(run("boards.get", { board_id: rl(board.id) }), { httpCode: "404" });
});

test("each item of the input has its own answers, also where one fails", async () => {
  const items = await run("boards.get", { board_id: rl("1") }, { items: [{ json: {} }, { json: {} }], fails: true });
  assert.deepEqual(items.map(({ pairedItem }) => pairedItem.item), [0, 1]);
  const [{ json: { details } }] = items;
  assert.deepEqual([details.kind, details.status], ["not-found", 404]);
});

test("a failure says which fields are wrong, and what to do", async () => {
  const failed = run("boards.create", { name: "" });
  await assert.rejects(failed, ({ description }) => /name/.test(description));
});

test("no token leaves but in n8n's own helper, and none comes back", async () => {
  for (const authentication of ["oAuth2", "token"]) {
    const { sent } = await run("user_account.get", {}, { authentication });
    assert.equal(sent.length, 1);
    assert.deepEqual(Object.keys(sent[0].headers).filter((name) => name.toLowerCase() === "authorization"), ["Authorization"]);
  }
  await assert.rejects(run("user_account.get", {}, { token: "pina_no_such_token" }), { httpCode: "401" });
});

test("OAuth2 asks for the scopes of what is in the pack", () => {
  const scope = ({ folder }) => {
    const { PinterestOAuth2Api } = createRequire(join(folder, "package.json"))("./dist/credentials/PinterestOAuth2Api.credentials.js");
    return new PinterestOAuth2Api().properties.find(({ name }) => name === "scope").default.split(",");
  };
  const known = manifest("pinterest_connector").actions.find(({ action }) => action.id === "campaigns.create");
  assert.ok(known.action.scopes.every((id) => scope(made).includes(id)), scope(made).join());
  // Of a list that a report can choose from.
  assert.ok(scope(made).includes("catalogs:read"));
  assert.ok(!scope(made).some((id) => id.startsWith("billing:")), scope(made).join());
});

test("the package tells what is in it, where its links lead", () => {
  const page = readFileSync(join(made.folder, "README.md"), "utf8");
  const { documentationUrl } = new (createRequire(join(made.folder, "package.json"))("./dist/credentials/PinterestApi.credentials.js").PinterestApi)();
  const { homepage } = JSON.parse(readFileSync(join(made.folder, "package.json"), "utf8"));
  assert.equal(documentationUrl, `${homepage}#credentials`);
  for (const told of ["\n## Credentials\n", "- **Pinterest OAuth2 API**: ", "- **Create a board**: ", "\n## Triggers\n"]) assert.ok(page.includes(told), told);
  assert.ok(!page.includes("- **List catalogs**"));
});

test("a pack of another connector works the same", async () => {
  const type = nodeType(small.folder, "GithubIssues");
  const { properties, credentials } = type.description;
  assert.deepEqual(credentials.map(({ name }) => name), ["githubIssuesApi"]);
  const operations = properties.filter(({ name }) => name === "operation").flatMap(({ options }) => options);
  assert.deepEqual(operations.map(({ name, value }) => [name, value]), [["Create", "issues.create"], ["Get Many", "issues.list"]]);
});

test("a file that an output names becomes a binary field of the item", async () => {
  const { Files } = createRequire(join(made.folder, "package.json"))("./dist/nodes/shared/files.js");
  const type = node();
  const files = new Files(account(type, { parameters: { resource: "board", operation: "boards.list" } }), 0);
  const [report, picture] = await Promise.all(["a,b\n", "PNG"].map((text) => files.save([Buffer.from(text)])));
  const { json, binary } = await files.out({ kind: "CSV", report, pictures: [picture], none: null });
  assert.deepEqual(json, { kind: "CSV", report: "data", pictures: ["data1"], none: null });
  const texts = Object.entries(binary).map(([name, { data }]) => [name, Buffer.from(data, "base64").toString()]);
  assert.deepEqual(texts, [["data", "a,b\n"], ["data1", "PNG"]]);
});
