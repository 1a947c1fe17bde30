/** What a call says about itself, before it is known what it sends. */

import { parse } from "./driver.mjs";

/** @import { Action, Descriptor, Trigger, Webhook } from "./contract.d.ts" */
/** @import { Guest } from "./instance.mjs" */
/** @import { First } from "./starts.mjs" */

/**
 * What a call says that it needs, and whether it takes something away.
 * @typedef {{ scopes: string[], destructive: boolean }} Declared
 */

/**
 * @typedef {object} About
 * @property {string} subject the call, for people
 * @property {() => Declared | Promise<Declared>} declared
 */

/** @type {Declared} */
const NOTHING = { scopes: [], destructive: false };

/** Which call it belongs to, nobody knows; its requests say what they do. */
export const REQUEST = { subject: "the request", declared: () => NOTHING };

/** Likewise. */
export const NEXT_PAGE = { subject: "the next page", declared: () => NOTHING };

/**
 * @param {First} call
 * @param {Guest} guest
 * @param {{ descriptor: Descriptor, listed: Action[], pushed: Webhook[] }} connector
 * @returns {About}
 */
export function about(call, guest, connector) {
  /** @type {Declared | Promise<Declared> | undefined} */
  let known;
  return { subject: subject(call), declared: () => (known ??= declared(call, guest, connector)) };
}

/** @param {First} call */
function subject({ name, args: [id, field] }) {
  if (name === "connection.test") return "the connection test";
  if (name === "connection.choices") return `choosing \`${id}\``;
  return name.endsWith(".choices") ? `choosing \`${field}\` of \`${id}\`` : `\`${id}\``;
}

/**
 * @param {First} call
 * @param {Guest} guest
 * @param {{ descriptor: Descriptor, listed: Action[], pushed: Webhook[] }} connector
 * @returns {Promise<Declared>}
 */
async function declared({ name, args: [id, field] }, guest, { descriptor, listed, pushed }) {
  // It tells what is lacking.
  if (name === "connection.test") return NOTHING;
  if (name === "connection.choices") return { ...NOTHING, scopes: ofChoices(descriptor.settings, id) };
  const [owner, verb] = name.split(".");
  if (verb === "choices") {
    const { input, config } = await guest.call(`${owner}.describe`, id);
    return { ...NOTHING, scopes: ofChoices(input ?? config, field) };
  }
  /** @type {(Action | Trigger)[]} */
  const all = owner === "actions" ? listed
    : owner === "webhooks" ? pushed.map(({ trigger }) => trigger)
    : await guest.call("triggers.listTriggers");
  const found = all.find((one) => one.id === id);
  if (found === undefined) return NOTHING;
  return { scopes: found.scopes, destructive: "destructive" in found && found.destructive };
}

/**
 * The hint `x-scopes` of a field such as `items[2].board_id`.
 * @param {string} schema
 * @param {string} field
 * @returns {string[]}
 */
function ofChoices(schema, field) {
  const scopes = find(parse(schema), field.replaceAll("[", ".[").split("."))?.["x-scopes"];
  return Array.isArray(scopes) ? scopes.filter((scope) => typeof scope === "string") : [];
}

/**
 * @param {any} schema
 * @param {string[]} path
 * @returns {any}
 */
function find(schema, [first, ...rest]) {
  if (first === undefined) return schema;
  const within = first.startsWith("[") ? schema?.items : schema?.properties?.[first];
  if (within !== undefined) return find(within, rest);
  for (const alternative of [schema?.oneOf ?? [], schema?.anyOf ?? []].flat()) {
    const found = find(alternative, [first, ...rest]);
    if (found !== undefined) return found;
  }
}
