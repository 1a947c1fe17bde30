/** How a call goes on after each step, by what its checkpoint says comes then. */

import * as created from "./created.js";
import { damaged, undelivered } from "./errors.js";
import * as products from "./products.js";
import * as shop from "./shop.js";
import { opened } from "./steps.js";
import * as updated from "./updated.js";

/**
 * After an answer, and after a page. With each, what its state has to be: a checkpoint may come from
 * anybody.
 */
const ANSWERED = { ...shop.ANSWERED, ...products.ANSWERED, ...created.ANSWERED, ...updated.ANSWERED };
const PROCEEDED = { ...products.PROCEEDED, ...created.PROCEEDED, ...updated.PROCEEDED };

export function resume(checkpoint, reply) {
  const { call, then, state } = opened(checkpoint);
  if (reply.tag === "undelivered") throw undelivered(reply.val);
  const known = { response: ANSWERED, proceed: PROCEEDED }[reply.tag] ?? {};
  if (!Object.hasOwn(known, then)) throw damaged();
  const [has, goOn] = known[then];
  if (!Object.entries(has).every(([name, fits]) => fits(state[name]))) throw damaged();
  return goOn(call, state, reply.val);
}
