/** Connects a component, on any runtime: `index.mjs` and `edge.mjs` say on which. */

import { Authority } from "./authority.mjs";
import { CallBlobs, look } from "./blobs.mjs";
import { bookmark, opened } from "./context.mjs";
import { NEXT_PAGE, REQUEST, about } from "./declared.mjs";
import { collect, drive, each, onePage, parse } from "./driver.mjs";
import { checkRequired } from "./extensions.mjs";
import { keep } from "./instance.mjs";
import { stringify } from "./json.mjs";
import { Places } from "./places.mjs";
import { checkStep, defaults } from "./policy.mjs";
import { answer } from "./retry.mjs";
import { readRoutes } from "./routes.mjs";
import { send } from "./send.mjs";
import { judge, keysOf } from "./signature.mjs";
import { starts } from "./starts.mjs";
import { Vault } from "./vault.mjs";

/** @import { Action, Component, Descriptor, Operation, OperationBase, PendingRequest, Range, Step, Webhook } from "./contract.d.ts" */
/** @import { About } from "./declared.mjs" */
/** @import { Guest, Maker } from "./instance.mjs" */
/** @import { Platform } from "./platform.mjs" */
/** @import { First } from "./starts.mjs" */
/** @import { Call, Connector, Options } from "./types.d.ts" */

/**
 * What a component says about itself, asked for once.
 * @typedef {object} Said
 * @property {Descriptor} descriptor
 * @property {Action[]} listed
 * @property {Webhook[]} pushed
 * @property {Places} places
 */

/** @type {WeakMap<Guest, Places>} the same for all connections */
const known = new WeakMap();

/**
 * What `connect` is on a platform.
 * @param {Platform} platform
 * @returns {any} so that the overloads of `types.d.ts` fit
 */
export const connectOn = (platform) =>
  (/** @type {Component | Maker} */ component, /** @type {Options} */ options = {}) => options.isolate
    ? connectIsolated(/** @type {Maker} */ (component), options, platform)
    : connectHere(component, options, platform);

/**
 * @param {Component | Maker} component
 * @param {Options} options
 * @param {Platform} platform
 */
function connectHere(component, options, platform) {
  const guest = keep(component);
  const descriptor = guest.call("connection.describe");
  const listing = known.has(guest) ? [] : [guest.call("operations.bases"), guest.call("operations.all")];
  return connector(guest, options, platform, {
    descriptor,
    listed: guest.call("actions.listActions"),
    pushed: guest.call("webhooks.listWebhooks"),
    places: placesOf(guest, descriptor, listing),
  });
}

/**
 * @param {Maker} component
 * @param {Options} options
 * @param {Platform} platform
 */
async function connectIsolated(component, options, { isolate, ...platform }) {
  if (!isolate) throw new TypeError("there are no workers here for `isolate`: leave it out");
  const guest = isolate(component, options.isolate || true);
  const descriptor = await guest.call("connection.describe");
  const listing = known.has(guest) ? []
    : [await guest.call("operations.bases"), await guest.call("operations.all")];
  return connector(guest, options, platform, {
    descriptor,
    listed: await guest.call("actions.listActions"),
    pushed: await guest.call("webhooks.listWebhooks"),
    places: placesOf(guest, descriptor, listing),
  });
}

/**
 * @param {Guest} guest
 * @param {Descriptor} descriptor
 * @param {(OperationBase[] | Operation[] | undefined)[]} listing bases and operations, if they are not
 *   known yet and the connector has some
 */
function placesOf(guest, descriptor, [bases, all]) {
  const places = known.get(guest) ?? new Places(descriptor, /** @type {any} */ (bases), /** @type {any} */ (all));
  known.set(guest, places);
  return places;
}

/**
 * @param {Guest} guest
 * @param {Options} options
 * @param {Platform} platform
 * @param {Said} said
 * @returns {Connector} with promises where the guest gives some
 */
function connector(guest, options, platform, said) {
  const { descriptor, listed, pushed, places } = said;
  checkRequired(descriptor, options);
  const actions = new Map(listed.map((action) => [action.id, action]));
  const policy = { ...defaults, ...platform.policy, ...options.policy };
  const store = options.blobs ?? platform.blobs();
  const vault = new Vault(options.credentials ?? {}, options.refresh);
  const chosen = environment(options.settings, descriptor);
  const there = places.filled(options.settings ?? {});
  const authority = new Authority(there.descriptor, chosen, there.operations, options);
  const wire = {
    descriptor: there.descriptor,
    unreachable: there.unreachable,
    environment: chosen,
    policy,
    routes: readRoutes(options.routes ?? {}),
    http: options.http ?? ((url, init) => fetch(url, init)),
    platform,
    vault,
    authority,
    signers: options.signers ?? {},
  };

  /** @param {string} id */
  const owner = (id) => {
    if (actions.has(id)) return "actions";
    return pushed.some(({ trigger }) => trigger.id === id) ? "webhooks" : "triggers";
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
  const first = starts(owner, options.settings ?? {}, options);
  const start = Object.fromEntries(Object.entries(first).map(([kind, call]) => {
    return [kind, (/** @type {any[]} */ ...args) => begin(/** @type {any} */ (call)(...args))];
  }));
  /** @param {First} first */
  const begin = ({ name, args }) => step(name, ...args);

  /** @type {Connector["resume"]} */
  const resume = (checkpoint, reply) => step("steps.resume", checkpoint, reply);

  /**
   * @param {About} call
   * @param {string} id of the call
   * @param {CallBlobs} blobs
   * @param {AbortSignal} [signal]
   */
  const host = (call, id, blobs, signal) => ({
    policy,
    resume,
    /** @param {number} ms */
    sleep: (ms) => platform.timers.pause(ms, signal),
    /** @param {Range} range */
    look: (range) => look(range, blobs, vault.mask),
    /** @param {PendingRequest} pending */
    answer: (pending) => answer(pending, { resume, wire: { ...wire, blobs, call, id }, signal }),
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
      return yield* given(drive(begin(call), host(about(call, guest, said), call.id, blobs, signal)), blobs);
    } finally {
      await blobs.drop();
    }
  }

  /**
   * @param {First} call
   * @param {Call} [options]
   */
  const whole = (call, options) => collect(pages(call, options));

  /**
   * The items of a call, no more than are wanted.
   * @param {First} call
   * @param {Call} [options]
   */
  async function* some(call, options) {
    return yield* upTo(options?.limit, () => each(pages(call, options)));
  }

  return {
    describe: /** @type {any} */ ((/** @type {string | undefined} */ id) =>
      id === undefined ? there.descriptor : guest.call(`${owner(id)}.describe`, id)),
    actions: () => listed,
    triggers: () => guest.call("triggers.listTriggers"),
    webhooks: () => pushed,
    resources: () => guest.call("data.resources"),
    blobs: store,

    async run(id, input, options) {
      const call = first.action(id, input, options);
      if (actions.get(id)?.shape !== "items") return parse((await whole(call, options)).output);
      if ((options?.limit ?? Infinity) === Infinity) return (await whole(call, options)).items;
      const items = [];
      for await (const item of some(call, options)) items.push(item);
      return items;
    },
    async *list(id, input, options) {
      const ended = yield* some(first.action(id, input, options), options);
      return ended && parse(ended.output);
    },
    async page(id, input, from, options) {
      const before = from && opened(from);
      const call = first.action(id, input, before ? { ...options, id: before.id } : options);
      const step = before ? resume(before.checkpoint, { tag: "proceed" }) : begin(call);
      const asked = before ? NEXT_PAGE : about(call, guest, said);
      const { items, next } = await onePage(step, host(asked, call.id, blobsOf(call.input), options?.signal));
      return next ? { items, next: bookmark(call.id, next) } : { items };
    },
    async poll(id, config, cursor, options) {
      const { items, cursor: next } = await whole(first.poll(id, config, cursor, options), options);
      return { events: items, cursor: next };
    },
    async subscribe(id, config, address, options) {
      return parse((await whole(first.subscribe(id, config, address, options), options)).output);
    },
    async renew(id, config, subscription, options) {
      return parse((await whole(first.renew(id, config, subscription, options), options)).output);
    },
    async unsubscribe(id, subscription, options) {
      await whole(first.unsubscribe(id, subscription, options), options);
    },
    async receive(id, config, subscription, delivery, cursor, options) {
      const call = first.receive(id, config, subscription, delivery, cursor, options);
      const { items, cursor: next } = await whole(call, options);
      return { events: items, cursor: next };
    },
    async verify(id, delivery, keys = {}) {
      const webhook = pushed.find(({ trigger }) => trigger.id === id);
      if (!webhook) throw new TypeError(`there is no webhook ${id}`);
      return judge(webhook.signatures, delivery, keysOf(keys, (credential) => vault.secret(credential)));
    },
    acknowledge: /** @type {any} */ ((
      /** @type {string} */ id, /** @type {unknown} */ subscription, /** @type {any} */ delivery,
    ) => then(guest.call("webhooks.acknowledge", id, stringify(subscription), delivery), acknowledged)),
    accounts: (id, delivery) => guest.call("webhooks.accounts", id, delivery),
    async *choices(id, field, input, query, options) {
      yield* some(first.choices(id, field, input, query, options), options);
    },
    async *settingChoices(field, settings, query, options) {
      yield* some(first.settingChoices(field, settings, query, options), options);
    },
    async test(granted, options) {
      return parse((await whole(first.test(granted, options), options)).output);
    },

    start: /** @type {any} */ (start),
    resume,
    look: (range, { input } = {}) => look(range, blobsOf(stringify(input)), vault.mask),
    send: async (pending, { id, input, signal } = {}) =>
      (await send(pending, { ...wire, blobs: blobsOf(stringify(input)), call: REQUEST, id }, signal)).reply,
  };
}

/**
 * Pages as they come; the saved answers that they name, and that the end names, are the caller's.
 * @param {ReturnType<typeof drive>} pages
 * @param {CallBlobs} blobs
 */
async function* given(pages, blobs) {
  try {
    for (;;) {
      const { value, done } = await pages.next();
      blobs.keep(() => (done ? parse(value.output) : value.items));
      if (done) return value;
      yield value;
    }
  } finally {
    await pages.return(/** @type {any} */ (undefined));
  }
}

/**
 * The first items. To leave a loop is to ask for nothing more.
 * @template T, R
 * @param {number | undefined} limit
 * @param {() => AsyncGenerator<T, R, undefined>} items
 * @returns {AsyncGenerator<T, R | undefined, undefined>}
 */
async function* upTo(limit = Infinity, items) {
  if (limit === Infinity) return yield* items();
  if (limit === 0) return undefined;
  let left = limit;
  for await (const item of items()) {
    yield item;
    left -= 1;
    if (left === 0) break;
  }
}

/**
 * What came at once, or comes later, turned into something else.
 * @param {any} value
 * @param {(value: any) => any} turned
 */
function then(value, turned) {
  return value instanceof Promise ? value.then(turned) : turned(value);
}

/** @param {import("./contract.d.ts").Acknowledgement} said */
function acknowledged({ subscription, ...answer }) {
  return subscription === undefined ? answer : { ...answer, subscription: parse(subscription) };
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
