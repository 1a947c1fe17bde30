/** Whose connection it is. */

import { one } from "./answers.js";
import { SCOPES } from "./descriptor.js";
import { ACTIONS, TRIGGERS, WEBHOOKS } from "./listed.js";
import { done, send } from "./steps.js";

/** `granted`: the scopes, where the host knows them. */
export const test = (call, granted) => send(call, "get", "/shop.json", "tested", { granted: granted ?? null });

const isScopes = (value) => value === null || (Array.isArray(value) && value.every((one) => typeof one === "string"));

function tested(_call, { granted }, response) {
  const { id, name } = one(response, "shop");
  return done({ account: { id: String(id), name: String(name ?? id) }, lacking: lacking(granted) });
}

/** What the scopes do not allow. */
function lacking(granted) {
  if (granted === null) return [];
  const holds = (scope) => granted.some((one) => one === scope || SCOPES[one]?.implies.includes(scope));
  const all = [...ACTIONS.map(({ action }) => action), ...[...TRIGGERS, ...WEBHOOKS].map(({ trigger }) => trigger)];
  const found = all.map(({ id, title, scopes }) => ({ id, title, scopes: scopes.filter((scope) => !holds(scope)) }));
  return found.filter(({ scopes }) => scopes.length > 0);
}

export const ANSWERED = { tested: [{ granted: isScopes }, tested] };
