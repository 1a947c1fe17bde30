/** Runs any connector component: `connect` it, then call its actions and poll its triggers. */

import { look, noting } from "./blobs.mjs";
import { collect, drive, each, onePage, parse } from "./driver.mjs";
import { files } from "./files.mjs";
import { keep } from "./instance.mjs";
import { checkStep, defaults } from "./policy.mjs";
import { answer, pause } from "./retry.mjs";
import { readRoutes } from "./routes.mjs";
import { send } from "./send.mjs";
import { starts } from "./starts.mjs";
import { Vault } from "./vault.mjs";

export { ConnectorError, Refusal } from "./errors.mjs";
export { files } from "./files.mjs";
export { load } from "./instance.mjs";

/** @import { Component, PendingRequest, Range, Step } from "./contract.d.ts" */
/** @import { BlobStore, Call, Connector, Options } from "./types.d.ts" */

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
  const pushed = call(({ webhooks }) => webhooks?.list() ?? []);
  const policy = { ...defaults, ...options.policy };
  const wire = {
    descriptor,
    environment: environment(options.settings, descriptor),
    policy,
    routes: readRoutes(options.routes ?? {}),
    http: options.http ?? fetch,
    blobs: options.blobs ?? files(),
    vault: new Vault(options.credentials ?? {}, options.refresh),
  };

  /**
   * The interface that an id belongs to.
   * @param {Component} component
   * @param {string} id
   */
  const owner = (component, id) => {
    if (actions.has(id)) return component.actions;
    const called = pushed.some((webhook) => webhook.id === id) && component.webhooks;
    return called || component.triggers;
  };

  /** @param {(component: Component) => Step} use */
  const step = (use) => checkStep(call(use), policy);
  const start = starts(step, owner, options.settings ?? {});

  /** @type {Connector["resume"]} */
  const resume = (checkpoint, reply) => step(({ steps }) => steps.resume(checkpoint, reply));

  /**
   * @param {Call} [call]
   * @param {BlobStore} [blobs]
   */
  const host = ({ signal } = {}, blobs = wire.blobs) => ({
    steps: policy.steps,
    resume,
    /** @param {number} ms */
    sleep: (ms) => pause(ms, signal),
    /** @param {Range} range */
    look: (range) => look(range, blobs),
    /** @param {PendingRequest} pending */
    answer: (pending) => answer(pending, { resume, wire: { ...wire, blobs }, signal }),
  });

  /**
   * @param {Step} first
   * @param {Call} [call]
   */
  async function* pages(first, call) {
    const { store, saved } = noting(wire.blobs);
    try {
      return yield* drive(first, host(call, store));
    } finally {
      for (const reference of saved) await wire.blobs.drop?.(reference);
    }
  }

  return {
    describe: /** @type {any} */ ((/** @type {string | undefined} */ id) =>
      id === undefined ? descriptor : call((component) => owner(component, id).describe(id))),
    actions: () => listed,
    triggers: () => call(({ triggers }) => triggers.list()),
    webhooks: () => pushed,
    resources: () => call(({ data }) => data?.resources() ?? []),

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
    async subscribe(id, config, address, options) {
      return parse((await collect(pages(start.subscribe(id, config, address), options))).output);
    },
    async unsubscribe(id, subscription, options) {
      await collect(pages(start.unsubscribe(id, subscription), options));
    },
    async receive(id, config, delivery, options) {
      return (await collect(pages(start.receive(id, config, delivery), options))).items;
    },
    async *choices(id, field, input, query, options) {
      yield* each(pages(start.choices(id, field, input, query), options));
    },
    async *settingChoices(field, settings, query, options) {
      yield* each(pages(start.settingChoices(field, settings, query), options));
    },
    async test(granted, options) {
      const { output } = await collect(pages(start.test(granted), options));
      return parse(output);
    },

    start,
    resume,
    look: (range) => look(range, wire.blobs),
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
