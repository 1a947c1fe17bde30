/** The first step of each kind of call. */

import { Refusal } from "./errors.mjs";

/** @import { Component, Step } from "./contract.d.ts" */
/** @import { Connector } from "./types.d.ts" */

/**
 * @param {(use: (component: Component) => Step) => Step} step
 * @param {(component: Component, id: string) => Pick<Component["actions"], "choices">} owner
 * @param {Record<string, unknown>} chosen the settings of the connection
 * @returns {Connector["start"]}
 */
export function starts(step, owner, chosen) {
  const json = JSON.stringify;
  const settings = json(chosen);
  return {
    action: (id, input = {}) => step(({ actions }) => actions.start(id, json(input), settings)),
    poll: (id, config, cursor, now = new Date().toISOString()) =>
      step(({ triggers }) => triggers.start(id, json(config), settings, cursor ?? undefined, now)),
    choices: (id, field, input = {}, query) =>
      step((component) => owner(component, id).choices(id, field, json(input), settings, query)),
    settingChoices: (field, some = chosen, query) =>
      step(({ connection }) => connection.choices(field, json(some), query)),
    subscribe: (id, config, address) =>
      step((component) => webhooks(component).subscribe(id, json(config), settings, address)),
    unsubscribe: (id, subscription) =>
      step((component) => webhooks(component).unsubscribe(id, json(subscription), settings)),
    receive: (id, config, delivery) =>
      step((component) => webhooks(component).receive(id, json(config), settings, delivery)),
    test: (granted) => step(({ connection }) => connection.test(settings, granted)),
  };
}

/** @param {Component} component */
function webhooks({ webhooks }) {
  if (!webhooks) throw new Refusal("contract", "this connector has no webhooks");
  return webhooks;
}
