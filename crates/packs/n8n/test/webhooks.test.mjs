/** Triggers for which the service calls: subscribed, checked, answered and ended. */

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";

import { double } from "./support/double.mjs";
import { emulator } from "./support/emulator.mjs";
import { compile, objections } from "./support/judge.mjs";
import { context, nodeType } from "./support/node.mjs";
import { pack } from "./support/pack.mjs";

const ADDRESS = "https://n8n.example.com/webhook/0b6f7a/webhook";
const leads = pack("pinterest_connector", ["--actions", "leads.received,lead_subscriptions.list"]);
/** It signs. */
const stripe = pack("stripe");
/** Other ways in which services send events. */
const ways = pack("webhooks_connector");
const NOTHING = (status, body = "") => ({ status, body, items: undefined, warned: [] });
let service;

before(async () => {
  for (const { folder } of [leads, stripe, ways]) compile(folder);
  service = await emulator();
});

after(() => {
  service?.end();
  for (const one of [leads, stripe, ways]) one.remove();
});

/** A workflow that keeps its static data. */
function workflow(made, name, about) {
  const type = nodeType(made.folder, `${name}WebhookTrigger`);
  const kept = {};
  const here = (more) => context(type, { kept, address: ADDRESS, ...about, ...more });
  const { checkExists, create, delete: end } = type.webhookMethods.default;
  return {
    kept,
    exists: (more) => checkExists.call(here(more)),
    create: (more) => create.call(here(more)),
    end: () => end.call(here()),
    async deliver(request) {
      const at = here({ request });
      const { workflowData } = await type.webhook.call(at);
      const { status, body } = at.answered;
      return { status, body, items: workflowData?.[0].map(({ json }) => json), warned: at.sent.filter((it) => it.warning) };
    },
  };
}

const bearer = (options, data) => {
  options.headers.Authorization = `Bearer ${data.oauthTokenData?.access_token ?? data.accessToken}`;
};

/** One for leads, on the emulator. */
const ofLeads = (more) =>
  workflow(leads, "Pinterest", {
    parameters: { authentication: "token", event: "leads.received", ad_account_id: { __rl: true, mode: "id", value: "549755885175" } },
    credentials: { pinterestApi: { accessToken: service.token } },
    route: (url) => Object.entries(service.routes).reduce((at, [from, to]) => at.replace(from, to), url),
    sign: bearer,
    ...more,
  });

/** The addresses that the service sends leads to. */
async function addresses() {
  const type = nodeType(leads.folder, "Pinterest");
  const at = context(type, {
    parameters: {
      authentication: "token", resource: "lead", operation: "lead_subscriptions.list", returnAll: true,
      ad_account_id: { __rl: true, mode: "id", value: "549755885175" },
    },
    credentials: { pinterestApi: { accessToken: service.token } },
    route: (url) => Object.entries(service.routes).reduce((at, [from, to]) => at.replace(from, to), url),
    sign: bearer,
  });
  const [items] = await type.execute.call(at);
  return items.map(({ json }) => json.webhook_url).filter((address) => address.startsWith(ADDRESS));
}

const json = (body, headers = {}) => ({ body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } });

test("a subscription is made and ended with the workflow, and each lead comes once", async () => {
  const watch = ofLeads();
  assert.equal(await watch.exists(), false);
  assert.equal(await watch.create(), true);
  assert.deepEqual(await addresses(), [ADDRESS]);
  assert.equal(await watch.exists(), true);

  const lead = { advertiser_id: "549755885175", lead_form_id: "1", ad_id: "2", lead_id: "3" };
  const first = await watch.deliver(json([lead]));
  assert.equal(first.status, 200);
  assert.deepEqual(first.items.map(({ data }) => data), [lead]);
  const again = await watch.deliver(json([lead, { ...lead, lead_id: "4" }]));
  assert.deepEqual([again.status, again.items.map(({ data }) => data.lead_id)], [200, ["4"]]);
  assert.deepEqual(await watch.deliver(json([lead])), NOTHING(200));

  await watch.end();
  assert.deepEqual([await addresses(), watch.kept], [[], {}]);
  assert.equal(await watch.exists(), false);
  await watch.end();
});

test("what cannot be read is refused, and starts nothing", async () => {
  const watch = ofLeads();
  assert.deepEqual(await watch.deliver({ body: "no JSON" }), NOTHING(400));
  assert.equal((await watch.deliver({ body: undefined })).status, 415);
  assert.equal((await watch.deliver({ body: "a".repeat(4 * 1024 * 1024 + 1) })).status, 413);
});

test("a new address ends the subscription of the old one", async () => {
  const watch = ofLeads();
  await watch.create();
  const moved = { address: `${ADDRESS}-moved` };
  assert.equal(await watch.exists(moved), false);
  assert.deepEqual(await addresses(), []);
  await watch.create(moved);
  assert.deepEqual(await addresses(), [moved.address]);
  await watch.end();
});

test("an address without https is not given to the service", async () => {
  await assert.rejects(ofLeads().create({ address: "http://localhost:5678/webhook/a" }), ({ description }) => /WEBHOOK_URL/.test(description));
});

test("a delivery with a wrong signature starts nothing", async () => {
  const at = await double(({ method }) =>
    method === "POST" ? [200, { id: "we_1", secret: "whsec_of_this_endpoint" }] : [200, { id: "we_1", deleted: true }]);
  const watch = workflow(stripe, "Stripe", {
    parameters: { event: "payment.succeeded" },
    credentials: { stripeApi: { accessToken: "sk_test_1" } },
    route: (url) => url.replace("https://api.stripe.com", at.origin),
    sign: bearer,
  });
  await watch.create();
  assert.deepEqual(watch.kept.subscription, { id: "we_1", secret: "whsec_of_this_endpoint" });
  const event = { id: "evt_1", type: "payment_intent.succeeded", created: 1769860800 };
  const signed = (key, seconds = Math.floor(Date.now() / 1000)) => {
    const body = JSON.stringify(event);
    const made = createHmac("sha256", key).update(`${seconds}.${body}`).digest("hex");
    return json(event, { "stripe-signature": `t=${seconds},v1=${made}` });
  };
  const right = await watch.deliver(signed("whsec_of_this_endpoint"));
  assert.deepEqual([right.status, right.items.map(({ id }) => id)], [200, ["evt_1"]]);
  const old = signed("whsec_of_this_endpoint", Math.floor(Date.now() / 1000) - 3600);
  for (const wrong of [signed("whsec_of_another"), old, json(event)]) {
    assert.deepEqual(await watch.deliver(wrong), NOTHING(401));
  }
  await watch.end();
  assert.deepEqual(at.asked, ["POST /v1/webhook_endpoints", "DELETE /v1/webhook_endpoints/we_1"]);
  at.end();
});

/** A workflow for one of the other ways. */
function way(event, at, parameters = {}) {
  return workflow(ways, "Webhooks", {
    parameters: { event, ...parameters },
    credentials: { webhooksApi: { accessToken: "signing-secret-1" } },
    route: (url) => url.replace("https://api.example.com", at.origin),
    sign: bearer,
  });
}

test("of an address that all accounts share, what is for another one starts nothing", async () => {
  const at = await double(() => [200, { id: "T1" }]);
  const watch = way("messages.posted", at);
  await watch.create();
  assert.deepEqual(at.asked, ["GET /channels/self"]);
  const signed = (message) => {
    const seconds = Math.floor(Date.now() / 1000);
    const made = createHmac("sha256", "signing-secret-1").update(`v0:${seconds}:${JSON.stringify(message)}`).digest("hex");
    return json(message, { "X-Slack-Signature": `v0=${made}`, "X-Slack-Request-Timestamp": `${seconds}` });
  };
  const challenge = { type: "url_verification", challenge: "3eZbrw1aB" };
  assert.deepEqual(await watch.deliver(json(challenge)), NOTHING(200, "3eZbrw1aB"));
  const own = await watch.deliver(signed({ team_id: "T1", event_id: "Ev1" }));
  assert.deepEqual(own.items.map(({ id }) => id), ["Ev1"]);
  assert.deepEqual(await watch.deliver(signed({ team_id: "T2", event_id: "Ev2" })), NOTHING(200));
  assert.deepEqual(await watch.deliver(json({ team_id: "T1", event_id: "Ev3" })), NOTHING(401));
  at.end();
});

test("a challenge in the address is answered, and what the app's secret signs needs OAuth2", async () => {
  const at = await double(() => [500]);
  const watch = way("pages.changed", at);
  const asked = { method: "GET", query: "?hub.mode=subscribe&hub.challenge=1158", body: "" };
  assert.deepEqual(await watch.deliver(asked), NOTHING(200, "1158"));
  await assert.rejects(watch.create(), /OAuth2/);
  at.end();
});

test("a key that comes with a greeting is taken once", async () => {
  const at = await double(() => [500]);
  const watch = way("tasks.changed", at);
  await watch.create();
  const greeting = (secret) => ({ body: "", headers: { "X-Hook-Secret": secret } });
  assert.equal((await watch.deliver(greeting("first"))).status, 200);
  const signed = (key) => {
    const body = JSON.stringify({ id: "7" });
    return { body, headers: { "x-hook-signature": createHmac("sha256", key).update(body).digest("hex") } };
  };
  await watch.deliver(greeting("of somebody else"));
  assert.deepEqual(await watch.deliver(signed("of somebody else")), NOTHING(401));
  assert.deepEqual((await watch.deliver(signed("first"))).items.map(({ id }) => id), ["7"]);
  at.end();
});

test("a subscription that ends soon is renewed, and made anew when it is gone", async () => {
  const inMinutes = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();
  let isGone = false;
  const at = await double(({ method, url }) => {
    if (method === "DELETE") return [204];
    if (!url.endsWith("/renew")) return [201, { id: "c1", key: "a2V5", expires_at: inMinutes(600) }];
    return isGone ? [404] : [200, { id: "c1", expires_at: inMinutes(1200) }];
  });
  const watch = way("files.changed", at, { folder: "f" });
  await watch.create();
  assert.equal(await watch.exists(), true);
  assert.deepEqual(at.asked, ["POST /channels"]);
  const end = () => Object.assign(watch.kept, { since: 0, subscription: { ...watch.kept.subscription, expires_at: inMinutes(1) } });
  end();
  assert.equal(await watch.exists(), true);
  assert.deepEqual(at.asked.splice(0), ["POST /channels", "POST /channels/c1/renew"]);
  end();
  const body = JSON.stringify({ id: "1" });
  const signature = createHmac("sha512", "a2V5").update(body).digest("base64");
  const { items, warned } = await watch.deliver({ body, headers: { "x-signature": signature } });
  assert.deepEqual([items.length, warned, at.asked.splice(0)], [1, [], ["POST /channels/c1/renew"]]);
  end();
  isGone = true;
  assert.equal(await watch.exists(), false);
  assert.deepEqual(watch.kept, {});
  at.end();
});

test("n8n's scanner takes it", async () => {
  assert.deepEqual(await objections(ways.folder), []);
});
