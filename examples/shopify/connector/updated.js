/** The webhook for products that were changed. */

import { isObject, isThing, one, read } from "./answers.js";
import { header, invalid, refusal } from "./errors.js";
import { decode } from "./json.js";
import { done, emit, query, send } from "./steps.js";
import { utc } from "./time.js";

const TOPIC = "products/update";

/** Once for an address: what a second request for it finds is the same subscription. */
export function subscribe(call, address) {
  const body = { webhook: { topic: TOPIC, address, format: "json" } };
  return send(call, "post", "/webhooks.json", "subscribed", { address }, { body, effect: "idempotent" });
}

function subscribed(call, { address }, response) {
  if (response.status !== 422) return kept(one(response, "webhook"));
  const refused = refusal(response);
  if (!/already been taken/.test(refused.message)) throw refused;
  return send(call, "get", `/webhooks.json?${query({ topic: TOPIC, address })}`, "found", { address });
}

function found(_call, { address }, response) {
  const { webhooks } = read(response);
  const ours = Array.isArray(webhooks) ? webhooks.find((one) => isObject(one) && one.address === address) : undefined;
  if (ours === undefined) throw invalid({ address: "is taken, by another app" });
  return kept(ours);
}

const kept = ({ id }) => done({ id: String(id) });

/** It does not end by itself, so there is nothing to renew. */
export const renew = (subscription) => done(subscription);

export function unsubscribe(call, { id }) {
  if (!/^\d{1,20}$/.test(id)) throw invalid({ "subscription.id": "must be an id" });
  return send(call, "delete", `/webhooks/${id}.json`, "unsubscribed", {}, { effect: "idempotent" });
}

function unsubscribed(_call, _state, response) {
  // One that is gone already is no error.
  if (response.status !== 404) read(response);
  return done(null);
}

/** What is not a product is not the shop's. */
export function acknowledge(delivery) {
  const said = productOf(delivery);
  return { status: said ? 200 : 400, headers: [], body: new Uint8Array(), last: !said, subscription: undefined };
}

/**
 * An event is known by what the signature covers: the product and when it was changed. The ids in the
 * headers could be changed by whoever sends a delivery again.
 */
export function receive(call, delivery) {
  const data = productOf(delivery);
  if (!data) throw invalid({ "delivery.body": "must be a product" });
  const at = utc(data.updated_at);
  return emit(call, [{ id: `${data.id}/${at}`, occurred_at: at, data }], "end", {});
}

function productOf(delivery) {
  const topic = header(delivery, "x-shopify-topic");
  if (topic !== undefined && topic !== TOPIC) return undefined;
  let said;
  try {
    said = decode(delivery.body);
  } catch {
    said = undefined;
  }
  return isThing(said) ? said : undefined;
}

export const ANSWERED = {
  subscribed: [{ address: (value) => typeof value === "string" }, subscribed],
  found: [{ address: (value) => typeof value === "string" }, found],
  unsubscribed: [{}, unsubscribed],
};
export const PROCEEDED = { end: [{}, () => done(null)] };
