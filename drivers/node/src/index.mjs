/** Runs any connector component: `connect` it, then call its actions and poll its triggers. */

import { Authority } from "./authority.mjs";
import { CallBlobs, look } from "./blobs.mjs";
import { NEXT_PAGE, REQUEST, about } from "./declared.mjs";
import { collect, drive, each, onePage, parse } from "./driver.mjs";
import { files } from "./files.mjs";
import { keep } from "./instance.mjs";
import { isolated } from "./isolate.mjs";
import { stringify } from "./json.mjs";
import { Operations } from "./operations.mjs";
import { checkStep, defaults } from "./policy.mjs";
import { answer, pause } from "./retry.mjs";
import { readRoutes } from "./routes.mjs";
import { send } from "./send.mjs";
import { starts } from "./starts.mjs";
import { Vault } from "./vault.mjs";

export { ConnectorError, Refusal } from "./errors.mjs";
export { files } from "./files.mjs";
export { load } from "./instance.mjs";

/** @import { Action, Component, Descriptor, PendingRequest, Range, Step, Trigger } from "./contract.d.ts" */
/** @import { About } from "./declared.mjs" */
/** @import { Guest, Maker } from "./instance.mjs" */
/** @import { First } from "./starts.mjs" */
/** @import { Call, Connector, Options } from "./types.d.ts" */

/**
 * What a component says about itself, asked for once.
 * @typedef {object} Said
 * @property {Descriptor} descriptor
 * @property {Action[]} listed
 * @property {Trigger[]} pushed
 * @property {Operations | undefined} operations of connectors that list them
 */

/** @type {WeakMap<Guest, Operations>} the same for all connections */
const listings = new WeakMap();

/** @type {any} so that the overloads of `types.d.ts` fit */
export const connect = (/** @type {Component | Maker} */ component, /** @type {Options} */ options = {}) =>
  options.isolate ? connectIsolated(/** @type {Maker} */ (component), options) : connectHere(component, options);

/**
 * @param {Component | Maker} component
 * @param {Options} options
 */
function connectHere(component, options) {
  const guest = keep(component);
  const descriptor = guest.call("connection.describe");
  const listing = listings.has(guest) ? [] : [guest.call("operations.bases"), guest.call("operations.all")];
  return connector(guest, options, {
    descriptor,
    listed: guest.call("actions.list"),
    pushed: guest.call("webhooks.list"),
    operations: operationsOf(guest, descriptor, listing),
  });
}

/**
 * @param {Maker} component
 * @param {Options} options
 */
async function connectIsolated(component, options) {
  const guest = isolated(component, options.isolate || true);
  const descriptor = await guest.call("connection.describe");
  const listing = listings.has(guest) ? []
    : [await guest.call("operations.bases"), await guest.call("operations.all")];
  return connector(guest, options, {
    descriptor,
    listed: await guest.call("actions.list"),
    pushed: await guest.call("webhooks.list"),
    operations: operationsOf(guest, descriptor, listing),
  });
}

/**
 * @param {Guest} guest
 * @param {Descriptor} descriptor
 * @param {any[]} listing bases and operations, if they are not known yet and the connector has some
 */
function operationsOf(guest, { origins }, [bases, all]) {
  if (bases !== undefined) listings.set(guest, new Operations(bases, all, origins));
  return listings.get(guest);
}

/**
 * @param {Guest} guest
 * @param {Options} options
 * @param {Said} said
 * @returns {Connector} with promises where the guest gives some
 */
function connector(guest, options, said) {
  const { descriptor, listed, pushed } = said;
  const actions = new Map(listed.map((action) => [action.id, action]));
  const policy = { ...defaults, ...options.policy };
  const store = options.blobs ?? files();
  const vault = new Vault(options.credentials ?? {}, options.refresh);
  const chosen = environment(options.settings, descriptor);
  const authority = new Authority(descriptor, chosen, said.operations, options);
  const wire = {
    descriptor,
    environment: chosen,
    policy,
    routes: readRoutes(options.routes ?? {}),
    http: options.http ?? fetch,
    vault,
    authority,
  };

  /** @param {string} id */
  const owner = (id) => {
    if (actions.has(id)) return "actions";
    return pushed.some((webhook) => webhook.id === id) ? "webhooks" : "triggers";
  };

  /**
   * @param {string} name
   * @param {any[]} args
   * @returns {any} a step, or the promise of one
   */
  const step = (name, ...args) => {
    const made = guest.call(name, ...args);
    return made instanceof Promise ? made.then(checked) : checked(made);
  };

  /** @param {Step} step */
  const checked = (step) => {
    checkStep(step, policy);
    if (step.tag === "send") step.val.request.effect = authority.effect(step.val.request);
    return step;
  };
  const first = starts(owner, options.settings ?? {}, options.granted);
  const start = Object.fromEntries(Object.entries(first).map(([kind, call]) => {
    return [kind, (/** @type {any[]} */ ...args) => begin(/** @type {any} */ (call)(...args))];
  }));
  /** @param {First} first */
  const begin = ({ name, args }) => step(name, ...args);

  /** @type {Connector["resume"]} */
  const resume = (checkpoint, reply) => step("steps.resume", checkpoint, reply);

  /**
   * @param {About} call
   * @param {CallBlobs} blobs
   * @param {AbortSignal} [signal]
   */
  const host = (call, blobs, signal) => ({
    policy,
    resume,
    /** @param {number} ms */
    sleep: (ms) => pause(ms, signal),
    /** @param {Range} range */
    look: (range) => look(range, blobs, vault.mask),
    /** @param {PendingRequest} pending */
    answer: (pending) => answer(pending, { resume, wire: { ...wire, blobs, call }, signal }),
  });

  /**
   * The blobs of a call with this input.
   * @param {string} [input]
   */
  const blobsOf = (input) => new CallBlobs(store, input, policy.blobs);

  /**
   * @param {First} call
   * @param {Call} [options]
   */
  async function* pages(call, { signal } = {}) {
    const blobs = blobsOf(call.input);
    try {
      return yield* drive(begin(call), host(about(call, guest, said), blobs, signal));
    } finally {
      await blobs.drop();
    }
  }

  /**
   * @param {First} call
   * @param {Call} [options]
   */
  const whole = (call, options) => collect(pages(call, options));

  return {
    describe: /** @type {any} */ ((/** @type {string | undefined} */ id) =>
      id === undefined ? descriptor : guest.call(`${owner(id)}.describe`, id)),
    actions: () => listed,
    triggers: () => guest.call("triggers.list"),
    webhooks: () => pushed,
    resources: () => guest.call("data.resources"),

    async run(id, input, options) {
      const { items, output } = await whole(first.action(id, input), options);
      return actions.get(id)?.shape === "items" ? items : parse(output);
    },
    async *list(id, input, options) {
      const { output } = yield* each(pages(first.action(id, input), options));
      return parse(output);
    },
    async page(id, input, from, options) {
      const call = first.action(id, input);
      const step = from ? resume(from, { tag: "proceed" }) : begin(call);
      const asked = from ? NEXT_PAGE : about(call, guest, said);
      return onePage(step, host(asked, blobsOf(call.input), options?.signal));
    },
    async poll(id, config, cursor, { now, signal } = {}) {
      const { items, cursor: next } = await whole(first.poll(id, config, cursor, now), { signal });
      return { events: items, cursor: next };
    },
    async subscribe(id, config, address, options) {
      return parse((await whole(first.subscribe(id, config, address), options)).output);
    },
    async unsubscribe(id, subscription, options) {
      await whole(first.unsubscribe(id, subscription), options);
    },
    async receive(id, config, delivery, options) {
      return (await whole(first.receive(id, config, delivery), options)).items;
    },
    async *choices(id, field, input, query, options) {
      yield* each(pages(first.choices(id, field, input, query), options));
    },
    async *settingChoices(field, settings, query, options) {
      yield* each(pages(first.settingChoices(field, settings, query), options));
    },
    async test(granted, options) {
      return parse((await whole(first.test(granted), options)).output);
    },

    start: /** @type {any} */ (start),
    resume,
    look: (range, { input } = {}) => look(range, blobsOf(stringify(input)), vault.mask),
    send: async (request, { input, signal } = {}) =>
      (await send(request, { ...wire, blobs: blobsOf(stringify(input)), call: REQUEST }, signal)).reply,
  };
}

/**
 * The environment that the settings select; the first one is the default.
 * @param {Record<string, unknown> | undefined} settings
 * @param {Descriptor} descriptor
 */
function environment(settings, descriptor) {
  const chosen = settings?.environment;
  return typeof chosen === "string" ? chosen : descriptor.environments[0]?.id;
}
