/** Calls from end to end: items as they come, bodies, signals, traps. */

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";

import { connect, files, load } from "../src/index.mjs";
import { answer, connected, probe, serve } from "./support/probe.mjs";

const example = await load(new URL("../dist/github_issues", import.meta.url));
const GITHUB = "https://api.github.com";
const REPOSITORY = { repository: "octocat/hello-world" };
const issues = (...numbers) =>
  JSON.stringify(numbers.map((number) => ({ id: number, number, created_at: null })));
const next = { link: '<https://api.github.com/>; rel="next"' };

test("items come page by page, and to leave the loop is to stop the call", async () => {
  const { base, seen } = await serve(answer(200, issues(4, 3), next), answer(200, issues(2, 1)));
  const connector = connect(example, { routes: { [GITHUB]: base }, credentials: { token: "t" } });
  for await (const { number } of connector.list("issues.list", REPOSITORY)) {
    if (number === 3) break;
  }
  assert.equal(seen.length, 1);
  const rest = await connector.run("issues.list", REPOSITORY);
  assert.deepEqual(
    rest.map(({ number }) => number),
    [2, 1],
  );
  assert.equal(seen[0].headers.authorization, "Bearer t");
});

test("a page at a time, each in an instance of its own", async () => {
  const { base, seen } = await serve(answer(200, issues(4, 3), next), answer(200, issues(2, 1)));
  const page = (from) =>
    connect(() => example(), { routes: { [GITHUB]: base }, credentials: { token: "t" } })
      .page("issues.list", REPOSITORY, from);
  const first = await page();
  const second = await page(Uint8Array.from(first.next));
  const numbers = [first, second].map(({ items }) => items.map(({ number }) => number));
  assert.deepEqual([numbers, second.next, seen.length], [[[4, 3], [2, 1]], undefined, 2]);
});

test("a poll, the connection test and an action", async () => {
  const { base } = await serve(
    answer(200, issues(2, 1)),
    answer(200, issues(3, 2)),
    answer(200, '{"id":1,"login":"octocat"}'),
    answer(201, '{"number":5}'),
  );
  const connector = connect(example, { routes: { [GITHUB]: base }, credentials: async () => "t" });
  const first = await connector.poll("issue.opened", REPOSITORY);
  assert.deepEqual(first, { events: [], cursor: "2" });
  const { events, cursor } = await connector.poll("issue.opened", REPOSITORY, first.cursor);
  assert.deepEqual([events.map(({ id }) => id), cursor], [["3"], "3"]);
  assert.equal((await connector.test()).account.name, "octocat");
  assert.equal((await connector.run("issues.create", { ...REPOSITORY, title: "x" })).number, 5);
});

test("choices come from the owner of the field", async () => {
  const page = (title) => ({
    tag: "emit",
    val: { items: JSON.stringify([{ value: 1, title }]), count: 1, checkpoint: new Uint8Array() },
  });
  const component = probe({
    choices: (id, field, input, settings, query) => page(`${id} ${field} ${input} ${query}`),
  });
  component.triggers.choices = (id) => page(`the trigger ${id}`);
  const first = async (choices) => (await choices.next()).value.title;
  const connector = connect(component);
  assert.equal(await first(connector.choices("send", "url", { a: 1 }, "x")), 'send url {"a":1} x');
  assert.equal(await first(connector.choices("thing.new", "url")), "the trigger thing.new");
});

test("choices for the settings, and what a connector may lack", async () => {
  const component = probe();
  component.connection.choices = (field, settings, query) => ({
    tag: "emit",
    val: {
      items: JSON.stringify([{ value: 1, title: `${field} ${settings} ${query}` }]),
      count: 1,
      checkpoint: new Uint8Array(),
    },
  });
  const connector = connect(component, { settings: { a: 1 } });
  const first = async (choices) => (await choices.next()).value.title;
  assert.equal(await first(connector.settingChoices("b")), 'b {"a":1} undefined');
  assert.equal(await first(connector.settingChoices("b", { c: 2 }, "x")), 'b {"c":2} x');
  assert.deepEqual([connector.webhooks(), connector.resources()], [[], []]);
  await assert.rejects(connector.subscribe("a.b", {}, "https://h/"), { rule: "contract" });
});

test("webhooks: subscribe, renew, acknowledge, receive, unsubscribe", async () => {
  const component = probe();
  const done = (output) => ({ tag: "done", val: { output: JSON.stringify(output) } });
  component.webhooks = {
    listWebhooks: () => [{ trigger: { id: "thing.sent", title: "", summary: "", group: "", scopes: [] }, shared: true, signatures: [] }],
    describe: (id) => ({ id }),
    subscribe: (id, config, settings, address) => done({ id, config, settings, address }),
    renew: (id, config, settings, subscription) => done({ id, config, renewed: JSON.parse(subscription) }),
    unsubscribe: (id, subscription) => done(ended.push(subscription)),
    acknowledge: (id, subscription, { method }) => ({
      status: 200, headers: [], body: Buffer.from(method.tag), last: false, subscription: subscription && "{\"a\":1}",
    }),
    accounts: (id, { url }) => [url],
    receive: (id, config, settings, subscription, { body }, cursor) => {
      next = `${cursor} ${subscription}`;
      return {
        tag: "emit",
        val: { items: `[${Buffer.from(body)}]`, count: 1, checkpoint: new Uint8Array() },
      };
    },
    choices: () => done(null),
  };
  let next;
  const ended = [];
  const connector = connect(component, { settings: { b: 2 } });
  const subscription = await connector.subscribe("thing.sent", { a: 1 }, "https://h/");
  assert.deepEqual(subscription, {
    id: "thing.sent", config: '{"a":1}', settings: '{"b":2}', address: "https://h/",
  });
  assert.deepEqual(await connector.renew("thing.sent", { a: 2 }, { b: 1 }),
    { id: "thing.sent", config: '{"a":2}', renewed: { b: 1 } });
  const delivery = { method: { tag: "post" }, url: "https://h/?a=1", headers: [], body: Buffer.from('{"id":"7"}') };
  const unknown = connector.acknowledge("thing.sent", undefined, delivery);
  assert.deepEqual(unknown, { status: 200, headers: [], body: Buffer.from("post"), last: false });
  assert.deepEqual(connector.acknowledge("thing.sent", {}, delivery).subscription, { a: 1 });
  assert.deepEqual(connector.accounts("thing.sent", delivery), ["https://h/?a=1"]);
  component.steps.resume = () => ({ tag: "done", val: { output: "null", cursor: next } });
  assert.deepEqual(await connector.receive("thing.sent", { a: 1 }, { k: 1 }, delivery, "c1"),
    { events: [{ id: "7" }], cursor: 'c1 {"k":1}' });
  await connector.unsubscribe("thing.sent", subscription);
  assert.deepEqual(ended, [JSON.stringify(subscription)]);
  assert.deepEqual(connector.describe("thing.sent"), { id: "thing.sent" });
});

test("each step goes through its checkpoint alone, in any instance", async () => {
  const options = { credentials: { token: "t" } };
  const other = () => connect(() => example(), options);
  const first = other().start.action("issues.list", REPOSITORY);
  const body = Buffer.from('[{"number": 1}]');
  const reply = { tag: "response", val: { status: 200, headers: [], body } };
  const second = other().resume(Buffer.from(first.val.checkpoint), reply);
  const third = other().resume(second.val.checkpoint, { tag: "proceed" });
  assert.deepEqual(
    [second.tag, third],
    ["emit", { tag: "done", val: { output: "null", cursor: undefined } }],
  );
});

test("wrong input fails before anything is sent, with every field", async () => {
  const run = connect(example).run("issues.create", { repository: 1, label: "bug" });
  await assert.rejects(run, (error) => {
    assert.deepEqual(
      error.fields.map(({ path }) => path),
      ["repository", "title", "label"],
    );
    return error.name === "ConnectorError" && error.kind === "invalid-input";
  });
});

test("the parts of a form keep their order, and a file is streamed with its length", async () => {
  const folder = await mkdtemp(join(tmpdir(), "driver-"));
  after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "pin.png"), "PIXELS");
  const { base, seen } = await serve(answer(200));
  await connected(base, { blobs: files({ folders: [folder] }) }).run("send", {
    method: "post",
    body: {
      tag: "multipart",
      val: [
        { name: "key", content: { tag: "text", val: "ä" } },
        {
          name: "file",
          filename: 'a"b.png',
          contentType: "image/png",
          content: { tag: "blob", val: join(folder, "pin.png") },
        },
      ],
    },
  });
  const [{ headers, body }] = seen;
  const boundary = headers["content-type"].split("boundary=")[1];
  assert.equal(
    body,
    [
      `--${boundary}`,
      'content-disposition: form-data; name="key"',
      "",
      "ä",
      `--${boundary}`,
      'content-disposition: form-data; name="file"; filename="a%22b.png"',
      "content-type: image/png",
      "",
      "PIXELS",
      `--${boundary}--`,
      "",
    ].join("\r\n"),
  );
  assert.equal(Number(headers["content-length"]), Buffer.byteLength(body));
});

test("an upload has time in proportion to its size", async () => {
  const slow = (_, response) => setTimeout(() => response.end("ok"), 200);
  const { base } = await serve(slow);
  const form = (length) => ({
    method: "post",
    effect: "write",
    body: {
      tag: "multipart",
      val: [{ name: "a", content: { tag: "text", val: "x".repeat(length) } }],
    },
  });
  const connector = connected(base, { policy: { timeoutMs: 50, transferRate: 2000 } });
  await assert.rejects(connector.run("send", form(1)), { kind: "unavailable" });
  assert.equal((await connector.run("send", form(20_000))).text, "ok");
});

test("an answer arrives decompressed, without cookies and what speaks of its old form", async () => {
  const headers = { "content-encoding": "gzip", "set-cookie": "a=b", "x-kept": "1" };
  const { base } = await serve((_, response) =>
    response.writeHead(200, headers).end(gzipSync("plain")),
  );
  const answer = await connected(base).run("send");
  assert.equal(answer.text, "plain");
  assert.deepEqual(
    Object.keys(answer.headers).filter((name) => name !== "date"),
    ["x-kept"],
  );
});

test("a signal ends a call while it waits, with its own reason", async () => {
  const { base } = await serve(() => {});
  const controller = new AbortController();
  const run = connected(base).run("send", {}, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await assert.rejects(run, { message: "enough" });
});

test("connections share an instance", async () => {
  let instances = 0;
  const make = () => {
    instances++;
    return probe();
  };
  connect(make);
  connect(make).actions();
  assert.equal(instances, 1);
});

test("what an instance trapped in is given to a fresh one, once", async () => {
  let instances = 0;
  const trapping = (last) => {
    instances = 0;
    return connect(() => {
      const number = ++instances;
      return probe({
        start: () => {
          if (number <= last) throw new WebAssembly.RuntimeError("unreachable");
          return { tag: "done", val: { output: String(number) } };
        },
      });
    });
  };
  assert.equal(await trapping(1).run("send"), 2);
  const connector = trapping(2);
  await assert.rejects(connector.run("send"), { name: "Refusal", rule: "trap" });
  assert.equal(await connector.run("send"), 3);
  assert.equal(await connector.run("send"), 3);
  assert.equal(instances, 3);
});
