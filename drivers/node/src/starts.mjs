/** Each kind of call: the function of the component that begins it, and what that takes. */

import { stringify } from "./json.mjs";

/**
 * A call that has not begun.
 * @typedef {object} First
 * @property {string} name of the function
 * @property {any[]} args
 * @property {string} input JSON: what the caller gave, and so the blobs that the call may use
 */

/**
 * @param {(id: string) => string} owner the interface that an id belongs to
 * @param {Record<string, unknown>} chosen the settings of the connection
 * @param {string[]} [known] the scopes that its token has
 */
export function starts(owner, chosen, known) {
  const settings = stringify(chosen);
  /**
   * @param {string} name
   * @param {unknown} input
   * @param {(json: string) => any[]} args
   * @returns {First}
   */
  const call = (name, input, args) => {
    const json = stringify(input);
    return { name, args: args(json), input: json };
  };
  return {
    /** @type {(id: string, input?: object) => First} */
    action: (id, input = {}) => call("actions.start", input, (json) => [id, json, settings]),
    /** @type {(id: string, config: object, cursor?: string | null, now?: string) => First} */
    poll: (id, config, cursor, now = new Date().toISOString()) =>
      call("triggers.start", config, (json) => [id, json, settings, cursor ?? undefined, now]),
    /** @type {(id: string, field: string, input?: object, query?: string) => First} */
    choices: (id, field, input = {}, query) =>
      call(`${owner(id)}.choices`, input, (json) => [id, field, json, settings, query]),
    /** @type {(field: string, settings?: object, query?: string) => First} */
    settingChoices: (field, some = chosen, query) =>
      call("connection.choices", some, (json) => [field, json, query]),
    /** @type {(id: string, config: object, address: string) => First} */
    subscribe: (id, config, address) =>
      call("webhooks.subscribe", config, (json) => [id, json, settings, address]),
    /** @type {(id: string, subscription: unknown) => First} */
    unsubscribe: (id, subscription) =>
      call("webhooks.unsubscribe", subscription, (json) => [id, json, settings]),
    /** @type {(id: string, config: object, delivery: import("./contract.d.ts").Delivery) => First} */
    receive: (id, config, delivery) =>
      call("webhooks.receive", config, (json) => [id, json, settings, delivery]),
    /** @type {(granted?: string[]) => First} */
    test: (granted = known) => call("connection.test", null, () => [settings, granted]),
  };
}
