/** Each kind of call: the function of the component that begins it, and what that takes. */

import { contextOf } from "./context.mjs";
import { stringify } from "./json.mjs";

/** @import { Context, Delivery } from "./contract.d.ts" */
/** @import { CallContext } from "./types.d.ts" */

/**
 * A call that has not begun.
 * @typedef {object} First
 * @property {string} name of the function
 * @property {any[]} args
 * @property {string} input JSON: what the caller gave, and so the blobs that the call may use
 * @property {string} id of the call
 */

/**
 * @param {(id: string) => string} owner the interface that an id belongs to
 * @param {Record<string, unknown>} chosen the settings of the connection
 * @param {{ granted?: string[], locale?: string }} known the scopes that its token has, and the language
 */
export function starts(owner, chosen, { granted: known, locale }) {
  const settings = stringify(chosen);
  /**
   * @param {string} name
   * @param {unknown} input
   * @param {CallContext | undefined} call
   * @param {(json: string, context: Context) => any[]} args
   * @returns {First}
   */
  const begin = (name, input, call, args) => {
    const [json, context] = [stringify(input), contextOf(call, locale)];
    return { name, args: args(json, context), input: json, id: context.call };
  };
  return {
    /** @type {(id: string, input?: object, call?: CallContext) => First} */
    action: (id, input = {}, call) =>
      begin("actions.start", input, call, (json, context) => [id, json, settings, context]),
    /** @type {(id: string, config: object, cursor?: string | null, call?: CallContext) => First} */
    poll: (id, config, cursor, call) =>
      begin("triggers.start", config, call, (json, context) => [id, json, settings, cursor ?? undefined, context]),
    /** @type {(id: string, field: string, input?: object, query?: string, call?: CallContext) => First} */
    choices: (id, field, input = {}, query, call) =>
      begin(`${owner(id)}.choices`, input, call, (json, context) => [id, field, json, settings, query, context]),
    /** @type {(field: string, settings?: object, query?: string, call?: CallContext) => First} */
    settingChoices: (field, some = chosen, query, call) =>
      begin("connection.choices", some, call, (json, context) => [field, json, query, context]),
    /** @type {(id: string, config: object, address: string, call?: CallContext) => First} */
    subscribe: (id, config, address, call) =>
      begin("webhooks.subscribe", config, call, (json, context) => [id, json, settings, address, context]),
    /** @type {(id: string, config: object, subscription: unknown, call?: CallContext) => First} */
    renew: (id, config, subscription, call) =>
      begin("webhooks.renew", config, call, (json, context) =>
        [id, json, settings, stringify(subscription), context]),
    /** @type {(id: string, subscription: unknown, call?: CallContext) => First} */
    unsubscribe: (id, subscription, call) =>
      begin("webhooks.unsubscribe", subscription, call, (json, context) => [id, json, settings, context]),
    /**
     * @type {(id: string, config: object, subscription: unknown, delivery: Delivery,
     *   cursor?: string | null, call?: CallContext) => First}
     */
    receive: (id, config, subscription, delivery, cursor, call) =>
      begin("webhooks.receive", config, call, (json, context) =>
        [id, json, settings, stringify(subscription), delivery, cursor ?? undefined, context]),
    /** @type {(granted?: string[], call?: CallContext) => First} */
    test: (granted = known, call) => begin("connection.test", null, call, (_, context) => [settings, granted, context]),
  };
}
