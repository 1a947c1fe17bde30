/** The one loop that drives every call. */

import { Refusal } from "./errors.mjs";
import { parse as read } from "./json.mjs";

/** @import { Checkpoint, Outcome, PendingRequest, Range, Reply, Step } from "./contract.d.ts" */
/** @import { Policy } from "./types.d.ts" */

/**
 * What the loop needs from its host.
 * @typedef {object} Host
 * @property {(pending: PendingRequest) => Promise<Step>} answer sends and resumes
 * @property {(range: Range) => Promise<Reply>} look reads out of a blob
 * @property {(checkpoint: Uint8Array, reply: Reply) => Step | Promise<Step>} resume
 * @property {(ms: number) => Promise<void>} sleep
 * @property {Pick<Policy, "steps" | "callMs">} policy
 */

/**
 * A page of a list.
 * @typedef {object} Page
 * @property {any[]} items
 * @property {Checkpoint} checkpoint of when the items have been taken
 */

/**
 * Yields each page, and returns the outcome.
 * @param {Step | Promise<Step>} first
 * @param {Host} host
 * @returns {AsyncGenerator<Page, Outcome, undefined>}
 */
export async function* drive(first, host) {
  let step = await first;
  const { steps, callMs } = host.policy;
  const end = performance.now() + callMs;
  for (let count = 1; count <= steps; count++) {
    // Each step has a limit of its own, so this is soon enough.
    if (performance.now() > end) throw new Refusal("call-time", `a call takes longer than ${callMs} ms`);
    switch (step.tag) {
      case "send":
        step = await host.answer(step.val);
        break;
      case "pause":
        await host.sleep(step.val.ms);
        step = await host.resume(step.val.checkpoint, { tag: "proceed" });
        break;
      case "emit":
        yield { items: items(step.val.items), checkpoint: step.val.checkpoint };
        step = await host.resume(step.val.checkpoint, { tag: "proceed" });
        break;
      case "read":
        step = await host.resume(step.val.checkpoint, await host.look(step.val));
        break;
      case "done":
        return step.val;
    }
  }
  throw new Refusal("steps", `a call takes more than ${steps} steps`);
}

/**
 * The next page, and where to go on after it: nowhere, when it is the last.
 * @param {Step | Promise<Step>} step the first one, or the one after an earlier page
 * @param {Host} host
 * @returns {Promise<{ items: any[], next?: Checkpoint }>}
 */
export async function onePage(step, host) {
  const { value, done } = await drive(step, host).next();
  if (done) return { items: [] };
  const { items, checkpoint } = value;
  const last = (await host.resume(checkpoint, { tag: "proceed" })).tag === "done";
  return last ? { items } : { items, next: checkpoint };
}

/**
 * All items, and the outcome.
 * @param {AsyncGenerator<Page, Outcome, undefined>} pages
 */
export async function collect(pages) {
  const all = [];
  for (;;) {
    const { value, done } = await pages.next();
    if (done) return { items: all, ...value };
    for (const item of value.items) all.push(item);
  }
}

/**
 * Pages, item by item.
 * @template R
 * @param {AsyncGenerator<Page, R, undefined>} pages
 * @returns {AsyncGenerator<any, R, undefined>}
 */
export async function* each(pages) {
  for (;;) {
    const { value, done } = await pages.next();
    if (done) return value;
    yield* value.items;
  }
}

/**
 * JSON that the component promised.
 * @param {string} json
 */
export function parse(json) {
  try {
    return read(json);
  } catch {
    throw new Refusal("contract", "the component gives JSON that is not JSON");
  }
}

/** @param {string} json */
function items(json) {
  const items = parse(json);
  if (!Array.isArray(items)) throw new Refusal("contract", "the items of a page are not an array");
  return items;
}
