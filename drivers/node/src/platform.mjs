/** What differs between runtimes: where files are, what waits, whether a body may be streamed. */

import { Deadline } from "./deadline.mjs";

/** @import { Component } from "./contract.d.ts" */
/** @import { Guest, Maker } from "./instance.mjs" */
/** @import { BlobStore, Isolation, Policy } from "./types.d.ts" */

/**
 * @typedef {object} Platform
 * @property {() => BlobStore} blobs of a connection that is given none
 * @property {(component: Maker, limits: Partial<Isolation> | true) => Guest} [isolate] where there are
 *   workers
 * @property {Timers} timers
 * @property {boolean} streams whether a request's body may be a stream, of a length that is known;
 *   otherwise it is put together in memory
 * @property {Partial<Policy>} policy instead of the driver's own limits
 */

/**
 * @typedef {object} Timers
 * @property {(ms: number, signal?: AbortSignal) => Promise<void>} pause waits, or throws the signal's reason
 * @property {(ms: number) => Limit} deadline
 */

/**
 * Time that runs out; more can be added.
 * @typedef {object} Limit
 * @property {AbortSignal} signal
 * @property {() => void} abort
 * @property {(ms: number) => void} add
 * @property {() => void} clear
 */

/** Those of every runtime that has `setTimeout`. @type {Timers} */
export const timers = {
  deadline: (ms) => new Deadline(ms),
  pause: (ms, signal) => new Promise((done, failed) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      failed(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      done();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  }),
};
