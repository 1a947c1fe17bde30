/** What `edge.mjs` offers. */

import type { Component } from "./contract.d.ts";
import type { BlobStore, GivenBlob, Options as All } from "./options.d.ts";
import type * as all from "./types.d.ts";

export type * from "./contract.d.ts";
export type * from "./options.d.ts";
export type {
  Answer, Call, CallContext, Choice, Connector, Events, Owned, Rule, TriggerEvent, Verdict,
} from "./types.d.ts";
export const ConnectorError: typeof all.ConnectorError;
export type ConnectorError = all.ConnectorError;
export const Refusal: typeof all.Refusal;
export type Refusal = all.Refusal;
export const transport: typeof all.transport;

/** Where there are no workers. */
export type EdgeOptions = Omit<All, "isolate">;

/** Connects what `component` gave to the world. */
export function connect(component: () => Component, options?: EdgeOptions): all.Connector;

/**
 * References are `data:` URIs and the names of what is given. What is saved has references `saved:…`, and
 * is in memory.
 */
export function blobs(named?: Record<string, GivenBlob>): BlobStore;

/**
 * A component of `npm run transpile`: what its JavaScript exports as `instantiate`, and its core modules
 * by the names of their files. They may be compiled already, as runtimes have it that compile nothing
 * themselves (then what memory they may grow to is the runtime's to say), bytes, or bytes in base64.
 */
export function component(
  instantiate: (compile: any, imports: any) => Component,
  modules: Record<string, WebAssembly.Module | Uint8Array<ArrayBuffer> | string>,
): () => Component;
