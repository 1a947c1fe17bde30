/** A trigger for which the service calls, in a workflow of a running n8n. */

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

import { ACCOUNT, byId } from "./headless.mjs";
import { PUBLIC, workflow } from "./n8n.mjs";
import { sender, until } from "./wait.mjs";

export async function called({ n8n, name, service, here }) {
  // The first one has ended in between.
  const { access_token: token } = await service.door("tokens", {});
  const account = await n8n.rest("POST", "credentials", {
    name: "For leads", type: "pinterestApi", data: { environment: "production", accessToken: token },
  });
  /** Where the service sends leads to, of what this n8n told it. */
  const addresses = async () => {
    const headers = { authorization: `Bearer ${token}` };
    const api = service.routes["https://api.pinterest.com"];
    const answer = await fetch(`${api}/v5/ad_accounts/${ACCOUNT}/leads/subscriptions?page_size=250`, { headers });
    const { items } = await answer.json();
    return items.map((one) => one.webhook_url).filter((address) => address.startsWith(PUBLIC));
  };
  const saved = await n8n.rest("POST", "workflows", workflow("called", [
    {
      name: "Lead", type: `${name}.pinterestWebhookTrigger`, webhookId: randomUUID(),
      credentials: { pinterestApi: { id: account.id, name: account.name } },
      parameters: { authentication: "token", event: "leads.received", ad_account_id: byId(ACCOUNT) },
    },
    sender(here),
  ]));
  assert.deepEqual(await addresses(), []);
  await n8n.activate(saved);
  const [address, ...others] = await until("a subscription", 10_000, async () => {
    const all = await addresses();
    return all.length > 0 && all;
  });
  assert.deepEqual(others, []);

  const deliver = (body, type = "application/json") => fetch(address.replace(PUBLIC, n8n.origin), {
    method: "POST", headers: { "content-type": type }, body,
  });
  const leads = [1, 2].map((at) => ({ advertiser_id: ACCOUNT, lead_form_id: "7", ad_id: "8", lead_id: `90${at}` }));
  here.sent.length = 0;
  assert.equal((await deliver(JSON.stringify(leads))).status, 200);
  await until("the events of two leads", 20_000, () => here.sent.length === 2);
  assert.equal((await deliver("no JSON", "text/plain")).status, 400);
  // The same again, as after an answer that was lost, and one more.
  const third = { ...leads[0], lead_id: "903" };
  assert.equal((await deliver(JSON.stringify([...leads, third]))).status, 200);
  await until("the event of the third lead", 20_000, () => here.sent.length >= 3);
  assert.deepEqual(here.sent.map(({ data }) => data), [...leads, third]);

  await n8n.rest("POST", `workflows/${saved.id}/deactivate`, {});
  await until("no subscription", 10_000, async () => (await addresses()).length === 0);
  assert.equal((await deliver(JSON.stringify(leads))).status, 404);
  return new URL(address).pathname;
}
