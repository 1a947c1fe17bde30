/**
 * A component in a worker: one that never returns, or that fills its memory, ends its worker and not
 * this thread. The next call gets a new worker.
 */

import { Worker } from "node:worker_threads";

import { ConnectorError, Refusal } from "./errors.mjs";

/** @import { Guest, Maker } from "./instance.mjs" */
/** @import { Isolation } from "./types.d.ts" */

/** How long a worker may take to begin: to load and compile a component. */
const BEGIN_MS = 30_000;

/** How long the first call of a worker may take at least, which has an instance to make. */
const FIRST_MS = 60_000;

/** @type {Isolation} */
export const DEFAULTS = { callMs: 10_000, heapMb: 256 };

/** @type {WeakMap<Maker, Map<string, Guest>>} */
const kept = new WeakMap();

/**
 * All connections that share what makes the component and the limits share a worker.
 * @param {Maker} make
 * @param {Partial<Isolation> | true} limits
 * @returns {Guest}
 */
export function isolated(make, limits) {
  const chosen = { ...DEFAULTS, ...(limits === true ? {} : limits) };
  const key = JSON.stringify(chosen);
  const guests = kept.get(make) ?? new Map();
  kept.set(make, guests);
  if (!guests.has(key)) guests.set(key, new Isolated(make, chosen));
  return guests.get(key);
}

/** One call at a time: what waits behind a call that is ended goes to the next worker. */
class Isolated {
  #script;
  #data;
  #limits;
  /** @type {Promise<Worker> | undefined} */
  #worker;
  #turn = Promise.resolve();
  /** Workers that have answered a call. */
  #used = /** @type {WeakSet<Worker>} */ (new WeakSet());

  /**
   * @param {Maker} make
   * @param {Isolation} limits
   */
  constructor({ worker }, limits) {
    if (!worker) throw new TypeError("`isolate` takes a component that `load` gave, or a package");
    this.#script = worker.script;
    this.#data = worker.data;
    this.#limits = limits;
  }

  /**
   * @param {string} name
   * @param {any[]} args
   */
  call(name, ...args) {
    const answer = this.#turn.then(() => this.#call(name, args).catch((error) => {
      // All functions are pure, so a fresh worker may do what one had no memory for.
      if (error instanceof Ended) return this.#call(name, args);
      throw error;
    }));
    this.#turn = answer.then(() => {}, () => {});
    return answer;
  }

  /**
   * @param {string} name
   * @param {any[]} args
   */
  async #call(name, args) {
    const worker = await (this.#worker ??= this.#begin());
    const { callMs } = this.#limits;
    const first = !this.#used.has(worker) && callMs >= DEFAULTS.callMs;
    this.#used.add(worker);
    return this.#ask(worker, first ? Math.max(callMs, FIRST_MS) : callMs, () => worker.postMessage({ name, args }));
  }

  async #begin() {
    const worker = new Worker(this.#script, {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: this.#limits.heapMb, maxYoungGenerationSizeMb: 32 },
      // What it is given to know is the component, and nothing else.
      env: {},
      execArgv: [],
    });
    // One that idles keeps no process alive.
    worker.unref();
    worker.on("error", () => {});
    try {
      await this.#ask(worker, BEGIN_MS, () => {});
    } catch (/** @type {any} */ error) {
      // Nothing of the component has run yet: this platform has no worker for it.
      throw new Error(`no worker can be had: ${error.message}`);
    }
    return worker;
  }

  /**
   * The worker's next message, unless it ends or takes too long.
   * @param {Worker} worker
   * @param {number} ms
   * @param {() => void} begin
   */
  async #ask(worker, ms, begin) {
    worker.ref();
    /** @type {() => void} */
    let settle = () => {};
    try {
      return value(await new Promise((done, failed) => {
        const end = (/** @type {string} */ why, Failure = Ended) => {
          this.#worker = undefined;
          failed(new Failure("trap", `the component ${why}`));
        };
        // An answer may be there already, when this thread was busy itself.
        const late = () => end(`did not return within ${ms} ms`, Refusal);
        const timer = setTimeout(() => setImmediate(() => setImmediate(late)), ms);
        const broken = () => end("gave an answer that cannot be read");
        const error = (/** @type {any} */ error) => end(`ended: ${error?.code ?? error?.message}`);
        const exit = () => end("ended");
        worker.on("message", done).on("messageerror", broken).on("error", error).on("exit", exit);
        settle = () => {
          clearTimeout(timer);
          worker.off("message", done).off("messageerror", broken).off("error", error).off("exit", exit);
        };
        begin();
      }));
    } finally {
      settle();
      worker.unref();
      if (this.#worker === undefined) await worker.terminate();
    }
  }
}

/** A worker that has ended by itself. */
class Ended extends Refusal {}

/** @param {any} message of `serve.mjs` */
function value({ value, failure, rule, message }) {
  if (failure) throw new ConnectorError(failure);
  if (rule) throw new Refusal(rule, message);
  return value;
}
