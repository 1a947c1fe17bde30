/** The trigger for new products. */

import { products, read } from "./answers.js";
import { damaged, header } from "./errors.js";
import { done, emit, query, send } from "./steps.js";
import { utc } from "./time.js";

const PAGE = 250;

/** A cursor: the time when the stock was taken, and the id of the newest product since. */
const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\d{1,20})$/;

export function poll(call, { vendor }, cursor, { now }) {
  // The clock that counts is the shop's, and any answer has it.
  if (cursor === undefined || cursor === null) {
    return send(call, "get", "/products.json?limit=1&fields=id", "stock", { now });
  }
  const [, since, after] = CURSOR.exec(cursor) ?? [];
  if (since === undefined) throw damaged("cursor");
  return ask(call, { since, after, vendor: vendor ?? null });
}

/** After an id products come in the order of their ids, so that none is passed over. */
function ask(call, { since, after, vendor }) {
  const asked = { limit: PAGE, since_id: after, created_at_min: since, vendor: vendor ?? undefined };
  return send(call, "get", `/products.json?${query(asked)}`, "news", { since, after, vendor });
}

function stocked(_call, { now }, response) {
  read(response);
  return done(null, `${utc(header(response, "date")) ?? utc(now)} 0`);
}

function arrived(call, state, response) {
  const found = products(response);
  if (found.length === 0) return done(null, `${state.since} ${state.after}`);
  const events = found.map((data) => ({ id: String(data.id), occurred_at: utc(data.created_at), data }));
  return emit(call, events, "news", { ...state, after: events.at(-1).id });
}

const isTime = (value) => typeof value === "string" && utc(value) !== null;
const has = {
  since: isTime,
  after: (value) => /^\d{1,20}$/.test(value),
  vendor: (value) => value === null || typeof value === "string",
};

export const ANSWERED = { stock: [{ now: isTime }, stocked], news: [has, arrived] };
export const PROCEEDED = { news: [has, ask] };
