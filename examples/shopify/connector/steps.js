/** The steps of the contract. All state of a call is in the checkpoint. */

import { CALLS, TOKEN, VERSION } from "./descriptor.js";
import { damaged, invalid } from "./errors.js";
import { decode, encode } from "./json.js";

/** Of the checkpoints: one of another version is refused. */
const SAVED_AS = 1;
/** Bytes of a checkpoint: a longer one is not ours, and may be nested deeper than a parser goes. */
const LONGEST = 16_384;

const kept = ({ base }, then, state) => encode({ v: SAVED_AS, base, then, ...state });

/** A request to a path of the API, or of a whole address of the shop. `then` names what follows its answer. */
export function send(call, method, path, then, state = {}, { body, effect = "read" } = {}) {
  const headers = [{ name: "accept", value: "application/json" }];
  if (body) headers.push({ name: "content-type", value: "application/json" });
  const request = {
    method: { tag: method },
    url: path.startsWith(`${call.base}/`) ? path : `${call.base}/admin/api/${VERSION}${path}`,
    headers,
    body: body ? { tag: "bytes", val: encode(body) } : { tag: "empty" },
    credential: TOKEN,
    effect,
    costs: [{ quota: CALLS, amount: 1 }],
    idempotencyHeader: undefined,
    save: false,
    extensions: [],
  };
  return { tag: "send", val: { request, checkpoint: kept(call, then, state) } };
}

/** The query of an address, without what is open. */
export function query(values) {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined);
  return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

export function emit(call, items, then, state) {
  const page = { items: JSON.stringify(items), count: items.length, checkpoint: kept(call, then, state) };
  return { tag: "emit", val: page };
}

export function done(output, cursor) {
  return { tag: "done", val: { output: JSON.stringify(output), cursor } };
}

/** What a checkpoint holds. It may come from anybody. */
export function opened(checkpoint) {
  if (checkpoint.length > LONGEST) throw damaged();
  let state;
  try {
    state = decode(checkpoint);
  } catch {
    throw damaged();
  }
  if (typeof state !== "object" || state === null) throw damaged();
  const { v, base, then, ...rest } = state;
  if (typeof base !== "string" || typeof then !== "string" || v === undefined) throw damaged();
  if (v !== SAVED_AS) throw invalid({ checkpoint: "is of another version" }, "other-version");
  return { call: { base }, then, state: rest };
}
