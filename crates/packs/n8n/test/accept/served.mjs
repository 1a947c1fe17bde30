/** What only a server of n8n's shows: logging in, dropdowns, triggers, and forms. */

import assert from "node:assert/strict";

import { called } from "./called.mjs";
import { byId, operation } from "./headless.mjs";
import { start, workflow } from "./n8n.mjs";
import { sender, until } from "./wait.mjs";

export async function served(about) {
  const { n8n, name, service, here, step, between } = about;
  const type = `${name}.pinterest`;
  await step("n8n starts", () => n8n.start());
  const types = await fetch(`${n8n.origin}/types/nodes.json`, { headers: { cookie: n8n.cookie } }).then((it) => it.json());
  const own = types.filter((one) => one.name.startsWith(`${name}.`));
  await step("its list of nodes has those of the pack, also as a tool for models", () => {
    assert.deepEqual(own.map((one) => one.name).sort(), [type, `${type}Tool`, `${type}Trigger`, `${type}WebhookTrigger`]);
    return `${(JSON.stringify(own[0]).length / 1024).toFixed(0)} KiB`;
  });

  let oauth;
  await step("an account is connected by OAuth2", async () => {
    const { client_id: clientId, client_secret: clientSecret } = service.rest;
    const callback = `${n8n.origin}/rest/oauth2-credential/callback`;
    await service.door("redirect_uris", callback);
    await service.door("consent", "allow", "PUT");
    oauth = await n8n.rest("POST", "credentials", {
      name: "By OAuth", type: "pinterestOAuth2Api", data: { environment: "production", clientId, clientSecret },
    });
    const to = new URL(await n8n.rest("GET", `oauth2-credential/auth?id=${oauth.id}`));
    assert.equal(to.origin, "https://www.pinterest.com");
    const page = await fetch(service.routes[to.origin] + to.pathname + to.search, { redirect: "manual" });
    const back = new URL(page.headers.get("location"));
    const met = await fetch(back, { headers: { cookie: n8n.cookie } });
    assert.equal(met.status, 200, await met.text());
    return to.searchParams.get("scope");
  });
  await step("n8n's test of a credential", async () => {
    const data = { environment: "production", accessToken: service.token };
    const tested = (accessToken) => n8n.rest("POST", "credentials/test", {
      credentials: { id: "", name: "Tried", type: "pinterestApi", data: { ...data, accessToken } },
    });
    assert.equal((await tested(service.token)).status, "OK");
    const wrong = await tested("pina_wrong");
    assert.equal(wrong.status, "Error");
    return wrong.message;
  });

  const credentials = { pinterestOAuth2Api: { id: oauth.id, name: oauth.name } };
  const list = async (field, parameters, filter) => {
    const asked = {
      path: `parameters.${field}`, methodName: field, nodeTypeAndVersion: { name: type, version: 1 },
      currentNodeParameters: { authentication: "oAuth2", ...parameters }, credentials, filter,
    };
    return (await n8n.rest("POST", "dynamic-node-parameters/resource-locator-results", asked)).results;
  };
  await step("lists to choose from: boards, found by name, and the sections of one", async () => {
    const { id } = await service.door("boards", { name: "Zebra crossings", sections: ["Black", "White"] });
    const form = { resource: "pin", operation: "pins.create" };
    assert.ok((await list("board_id", form)).length > 3);
    assert.deepEqual(await list("board_id", form, "zebra"), [{ name: "Zebra crossings", value: id }]);
    assert.deepEqual(await list("board_section_id", form), []);
    const sections = await list("board_section_id", { ...form, board_id: byId(id) });
    assert.deepEqual(sections.map((one) => one.name), ["Black", "White"]);
  });
  await step("a token that has ended is renewed by n8n", async () => {
    await service.door("clock", { seconds: 31 * 24 * 3600 });
    const before = between.asked.length;
    assert.ok((await list("board_id", { resource: "board", operation: "boards.get" })).length > 3);
    const asked = between.asked.slice(before);
    assert.ok(asked.includes("POST api.pinterest.com/v5/oauth/token"), asked.join());
    return asked.join(", ");
  });

  await step("a trigger over several polls gives each new board once", async () => {
    // None of these is more often than once a minute, which is the least that n8n takes.
    const times = [2, 12, 22, 32, 42, 52].map((at) => ({ mode: "custom", cronExpression: `${at} * * * * *` }));
    const watch = workflow("watch", [
      {
        name: "New board", type: `${type}Trigger`, credentials,
        parameters: {
          authentication: "oAuth2", event: "boards.new",
          pollTimes: { item: times },
        },
      },
      sender(here),
    ]);
    const saved = await n8n.rest("POST", "workflows", watch);
    await n8n.activate(saved);
    const names = ["First", "Second", "Third"];
    const polls = () => between.asked.filter((line) => line.startsWith("GET api.pinterest.com/v5/boards?")).length;
    for (const [at, name] of names.entries()) {
      const before = polls();
      await until("a poll", 20_000, () => polls() > before);
      await service.door("boards", { name });
      await until(`the event of ${name}`, 20_000, () => here.sent.length > at);
    }
    const before = polls();
    await until("one more poll", 20_000, () => polls() > before + 1);
    assert.deepEqual(here.sent.map(({ data }) => data.name), names);
    await n8n.rest("POST", `workflows/${saved.id}/deactivate`, {});
    return `${polls()} polls`;
  });
  await step("a trigger for which the service calls: subscribed, delivered, and ended", () => called(about));
  if (about.pictures) {
    const { photograph } = await import("./photograph.mjs");
    await step("forms as a flow builder sees them", () => photograph({ ...about, credentials, start, operation }));
  }
}
