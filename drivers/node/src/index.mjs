/** Runs any connector component: `connect` it, then call its actions and poll its triggers. */

import { collect, drive, onePage, parse } from "./driver.mjs";
import { keep } from "./instance.mjs";
import { checkStep, defaults } from "./policy.mjs";
import { answer, pause } from "./retry.mjs";
import { readRoutes } from "./routes.mjs";
import { send } from "./send.mjs";
import { Vault } from "./vault.mjs";

export { ConnectorError, Refusal } from "./errors.mjs";
export { load } from "./instance.mjs";

/** @import { Component, PendingRequest, Step } from "./contract.d.ts" */
/** @import { Page } from "./driver.mjs" */
/** @import { Call, Connector, Options } from "./types.d.ts" */

/**
 * @param {Component | (() => Component)} component
 * @param {Options} [options]
 * @returns {Connector}
 */
export function connect(component, options = {}) {
  const call = keep(component);
  const descriptor = call(({ connection }) => connection.describe());
  const listed = call(({ actions }) => actions.list());
  const actions = new Map(listed.map((action) => [action.id, action]));
  const policy = { ...defaults, ...options.policy };
  const settings = JSON.stringify(options.settings ?? {});
  const vault = new Vault(options.credentials ?? {}, options.refresh);
  const wire = {
    descriptor,
    environment: environment(options.settings, descriptor),
    policy,
    routes: readRoutes(options.routes ?? {}),
    http: options.http ?? fetch,
    blobs: options.blobs,
    vault,
  };

  /** @param {(component: Component) => Step} use */
  const step = (use) => checkStep(call(use), policy);

  /** @type {Connector["start"]} */
  const start = {
    action: (id, input = {}) =>
      step(({ actions }) => actions.start(id, JSON.stringify(input), settings)),
    poll: (id, config, cursor, now = new Date().toISOString()) =>
      step(({ triggers }) =>
        triggers.start(id, JSON.stringify(config), settings, cursor ?? undefined, now)),
    choices: (id, field, input = {}, query) =>
      step((component) => {
        const owner = actions.has(id) ? component.actions : component.triggers;
        return owner.choices(id, field, JSON.stringify(input), settings, query);
      }),
    test: (granted) => step(({ connection }) => connection.test(settings, granted)),
  };

  /** @type {Connector["resume"]} */
  const resume = (checkpoint, reply) => step(({ steps }) => steps.resume(checkpoint, reply));

  /** @param {Call} [call] */
  const host = ({ signal } = {}) => ({
    steps: policy.steps,
    resume,
    /** @param {number} ms */
    sleep: (ms) => pause(ms, signal),
    /** @param {PendingRequest} pending */
    answer: (pending) => answer(pending, { resume, wire, signal }),
  });

  /**
   * @param {Step} first
   * @param {Call} [call]
   */
  const pages = (first, call) => drive(first, host(call));

  return {
    describe: /** @type {any} */ ((/** @type {string | undefined} */ id) => {
      if (id === undefined) return descriptor;
      return call((component) =>
        actions.has(id) ? component.actions.describe(id) : component.triggers.describe(id));
    }),
    actions: () => listed,
    triggers: () => call(({ triggers }) => triggers.list()),

    async run(id, input, options) {
      const { items, output } = await collect(pages(start.action(id, input), options));
      return actions.get(id)?.shape === "items" ? items : parse(output);
    },
    async *list(id, input, options) {
      const { output } = yield* each(pages(start.action(id, input), options));
      return parse(output);
    },
    page: (id, input, from, options) =>
      onePage(from ? resume(from, { tag: "proceed" }) : start.action(id, input), host(options)),
    async poll(id, config, cursor, { now, signal } = {}) {
      const first = start.poll(id, config, cursor, now);
      const { items, cursor: next } = await collect(pages(first, { signal }));
      return { events: items, cursor: next };
    },
    async *choices(id, field, input, query, options) {
      yield* each(pages(start.choices(id, field, input, query), options));
    },
    async test(granted, options) {
      const { output } = await collect(pages(start.test(granted), options));
      return parse(output);
    },

    start,
    resume,
    send: async (request, call) => (await send(request, wire, call?.signal)).reply,
  };
}

/**
 * The environment that the settings select; the first one is the default.
 * @param {Record<string, unknown> | undefined} settings
 * @param {import("./contract.d.ts").Descriptor} descriptor
 */
function environment(settings, descriptor) {
  const chosen = settings?.environment;
  return typeof chosen === "string" ? chosen : descriptor.environments[0]?.id;
}

/**
 * Pages, item by item.
 * @template R
 * @param {AsyncGenerator<Page, R, undefined>} pages
 * @returns {AsyncGenerator<any, R, undefined>}
 */
async function* each(pages) {
  for (;;) {
    const { value, done } = await pages.next();
    if (done) return value;
    yield* value.items;
  }
}
