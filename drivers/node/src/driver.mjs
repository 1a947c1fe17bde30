/** The one loop that drives every call. */

import { Refusal } from "./errors.mjs";

/** @import { Checkpoint, Outcome, PendingRequest, Range, Reply, Step } from "./contract.d.ts" */

/**
 * What the loop needs from its host.
 * @typedef {object} Host
 * @property {(pending: PendingRequest) => Promise<Step>} answer sends and resumes
 * @property {(range: Range) => Promise<Reply>} look reads out of a blob
 * @property {(checkpoint: Uint8Array, reply: Reply) => Step} resume
 * @property {(ms: number) => Promise<void>} sleep
 * @property {number} steps how many steps a call may have
 */

/**
 * A page of a list.
 * @typedef {object} Page
 * @property {any[]} items
 * @property {Checkpoint} checkpoint of when the items have been taken
 */

/**
 * Yields each page, and returns the outcome.
 * @param {Step} step the first one
 * @param {Host} host
 * @returns {AsyncGenerator<Page, Outcome, undefined>}
 */
export async function* drive(step, host) {
  for (let count = 1; count <= host.steps; count++) {
    switch (step.tag) {
      case "send":
        step = await host.answer(step.val);
        break;
      case "pause":
        await host.sleep(step.val.ms);
        step = host.resume(step.val.checkpoint, { tag: "proceed" });
        break;
      case "emit":
        yield { items: items(step.val.items), checkpoint: step.val.checkpoint };
        step = host.resume(step.val.checkpoint, { tag: "proceed" });
        break;
      case "read":
        step = host.resume(step.val.checkpoint, await host.look(step.val));
        break;
      case "done":
        return step.val;
    }
  }
  throw new Refusal("steps", `a call takes more than ${host.steps} steps`);
}

/**
 * The next page, and where to go on after it: nowhere, when it is the last.
 * @param {Step} step the first one, or the one after an earlier page
 * @param {Host} host
 * @returns {Promise<{ items: any[], next?: Checkpoint }>}
 */
export async function onePage(step, host) {
  const { value, done } = await drive(step, host).next();
  if (done) return { items: [] };
  const { items, checkpoint } = value;
  const last = host.resume(checkpoint, { tag: "proceed" }).tag === "done";
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
    return JSON.parse(json);
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
