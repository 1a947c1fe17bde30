/** What a call is given, checked. */

import { isObject } from "./answers.js";
import { given, problems } from "./check.js";
import { SETTINGS } from "./descriptor.js";
import { invalid } from "./errors.js";
import { ACTIONS, DELIVERED, TRIGGERS } from "./listed.js";

/** What each step of a call needs to know: the address of the shop. Fails when the settings are wrong. */
export function of(settings) {
  const values = checked(settings, JSON.stringify(SETTINGS), "settings");
  return { base: `https://${values.shop.toLowerCase()}.myshopify.com` };
}

/** An input that fits its schema; what is left open is not in it. */
export function checked(text, schema, what) {
  const found = given(object(text, what));
  // Forms and tables may give an id as a number.
  if (Number.isSafeInteger(found.product_id)) found.product_id = String(found.product_id);
  const wrong = problems(JSON.parse(schema), found);
  if (Object.keys(wrong).length > 0) throw invalid(wrong);
  return found;
}

export function object(text, what) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (!isObject(value)) throw invalid({ "": `the ${what} must be a JSON object` });
  return value;
}

export function checkedAddress(address) {
  if (!/^https:\/\/[^\s/]+/.test(address)) throw invalid({ address: "must begin with https://" });
  return address;
}

export const action = (id) => found(ACTIONS, "action", id);
export const trigger = (id) => found(TRIGGERS, "trigger", id);
export const webhook = (id) => found(DELIVERED, "trigger", id, "webhook");

function found(all, what, id, name = what) {
  const one = all.find((described) => described[what].id === id);
  if (!one) throw invalid({ id: `there is no ${name} ${id}` });
  return one;
}

/** Fails when there are no choices for a field. */
export function checkField(field, schema) {
  const { properties } = JSON.parse(schema);
  if (!Object.hasOwn(properties, field) || !properties[field]["x-choices"]) noChoices(field);
}

export function noChoices(field) {
  throw invalid({ [field]: "there are no choices for this field" });
}
