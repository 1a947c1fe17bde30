/** What the component exports: each object is an interface of `wit/`, each method a function of it. */

import * as calls from "./connector/calls.js";
import * as created from "./connector/created.js";
import { DESCRIPTOR } from "./connector/descriptor.js";
import * as flows from "./connector/flows.js";
import { ACTIONS, TRIGGERS, WEBHOOKS } from "./connector/listed.js";
import * as products from "./connector/products.js";
import * as shop from "./connector/shop.js";
import { telling } from "./connector/telling.js";
import * as updated from "./connector/updated.js";

/** The vocabulary; it has no functions. */
export const types = {};

export const connection = telling({
  describe: () => DESCRIPTOR,
  test: (settings, granted) => shop.test(calls.of(settings), granted),
  choices: (field) => calls.noChoices(field),
});

export const actions = telling({
  listActions: () => ACTIONS.map(({ action }) => action),
  describe: (id) => calls.action(id),
  start(id, input, settings, context) {
    const { input: schema } = calls.action(id);
    return products.ACTIONS[id](calls.of(settings), calls.checked(input, schema, "input"), context);
  },
  choices(id, field, _input, settings, query) {
    calls.checkField(field, calls.action(id).input);
    return products.choices(calls.of(settings), query);
  },
});

export const triggers = telling({
  listTriggers: () => TRIGGERS.map(({ trigger }) => trigger),
  describe: (id) => calls.trigger(id),
  start(id, config, settings, cursor, context) {
    const { config: schema } = calls.trigger(id);
    return created.poll(calls.of(settings), calls.checked(config, schema, "configuration"), cursor, context);
  },
  choices(id, field) {
    calls.trigger(id);
    calls.noChoices(field);
  },
});

export const webhooks = telling({
  listWebhooks: () => WEBHOOKS,
  describe: (id) => calls.webhook(id),
  subscribe(id, config, settings, address) {
    calls.checked(config, calls.webhook(id).config, "configuration");
    return updated.subscribe(calls.of(settings), calls.checkedAddress(address));
  },
  renew(id, _config, _settings, subscription) {
    calls.webhook(id);
    return updated.renew(calls.object(subscription, "subscription"));
  },
  unsubscribe(id, subscription, settings) {
    calls.webhook(id);
    return updated.unsubscribe(calls.of(settings), calls.object(subscription, "subscription"));
  },
  acknowledge(id, _subscription, delivery) {
    calls.webhook(id);
    return updated.acknowledge(delivery);
  },
  // No address is shared.
  accounts(id) {
    calls.webhook(id);
    return [];
  },
  receive(id, _config, settings, _subscription, delivery) {
    calls.webhook(id);
    return updated.receive(calls.of(settings), delivery);
  },
  choices(id, field) {
    calls.webhook(id);
    calls.noChoices(field);
  },
});

export const steps = telling({
  resume: (checkpoint, reply) => flows.resume(checkpoint, reply),
});
