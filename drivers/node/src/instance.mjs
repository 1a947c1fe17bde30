/** A component as JavaScript sees it: loading it, keeping one instance, calling it. */

import { LastWords } from "./diagnostics.mjs";
import { ConnectorError, Refusal } from "./errors.mjs";
import { limited } from "./memory.mjs";
import { checkVersion } from "./version.mjs";

/** @import { Component } from "./contract.d.ts" */

/** Bytes of memory of one instance: it holds the largest answer that the policy allows several times. */
export const MEMORY = 256 * 1024 * 1024;

/**
 * What makes instances, and how a worker does so; `words` are those that an instance left.
 * @typedef {(() => Component) & { worker?: { script: string | URL, data: unknown }, words?: LastWords }} Maker
 */

/**
 * How the driver calls a component: `actions.start` with what it takes. In a worker it answers
 * later.
 * @typedef {object} Guest
 * @property {(name: string, ...args: any[]) => any} call
 */

/**
 * A function that makes instances. The core modules are compiled once, for the first one, and those
 * that are compiled already have what memory they say themselves.
 * @param {(compile: (name: string) => WebAssembly.Module, imports: Record<string, {}>) => Component} instantiate
 * @param {(name: string) => Uint8Array<ArrayBuffer> | WebAssembly.Module} read a core module
 * @returns {Maker}
 */
export function maker(instantiate, read) {
  /** @type {Map<string, WebAssembly.Module>} */
  const modules = new Map();
  /** @param {string} name */
  const compile = (name) => {
    const module = modules.get(name) ?? compiled(read(name));
    modules.set(name, module);
    return module;
  };
  const words = new LastWords();
  return Object.assign(() => instantiate(compile, words.imports), { words });
}

/** @param {Uint8Array<ArrayBuffer> | WebAssembly.Module} given a core module */
function compiled(given) {
  // Also a module of another realm is none of bytes.
  if (!ArrayBuffer.isView(given)) return given;
  try {
    return new WebAssembly.Module(limited(/** @type {Uint8Array<ArrayBuffer>} */ (given), MEMORY));
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    // Tools for components in Python and JavaScript use this, and Node 20 has it behind a flag.
    const advice = /constant expression/.test(error.message)
      ? ": use Node 22 or newer, or start this one with --experimental-wasm-extended-const" : "";
    throw new Refusal("engine", `this engine does not compile the component (${error.message})${advice}`);
  }
}

/** @type {WeakMap<object, Guest>} */
const kept = new WeakMap();

/**
 * Keeps one instance for all calls of all connections that share a component or the function that
 * makes it: making another costs more than most calls, and nothing stays in one between calls. One
 * that trapped is replaced, if there is a function to make it with: the call that it trapped in is
 * given to the new one, once.
 * @param {Component | Maker} component
 * @returns {Guest}
 */
export function keep(component) {
  const guest = kept.get(component) ?? keeper(component);
  kept.set(component, guest);
  return guest;
}

/**
 * @param {Component | Maker} component
 * @returns {Guest}
 */
function keeper(component) {
  const make = typeof component === "function" ? component : () => component;
  const words = typeof component === "function" ? component.words : undefined;
  /** @type {any} */
  let instance;
  /** @param {string} name @param {any[]} args */
  const once = (name, args) => {
    const [owner, method] = name.split(".");
    instance ??= checkVersion(make());
    const interface_ = instance[owner];
    if (interface_ === undefined) return absent(owner, method);
    words?.clear();
    try {
      return interface_[method](...args);
    } catch (/** @type {any} */ error) {
      const failure = translated(error, words);
      if (failure instanceof Refusal) instance = undefined;
      throw failure;
    }
  };
  return {
    call(name, ...args) {
      try {
        return once(name, args);
      } catch (error) {
        // All functions are pure, so a fresh instance may do what one failed to.
        if (typeof component !== "function" || !(error instanceof Refusal && error.rule === "trap")) throw error;
        return once(name, args);
      }
    },
  };
}

/**
 * Connectors may lack `data` and `webhooks`: then they have none of what those list. One without
 * `operations` says nothing about them.
 * @param {string} owner
 * @param {string} method
 */
function absent(owner, method) {
  if (owner === "operations") return undefined;
  if (method === "listWebhooks" || method === "resources") return [];
  throw new Refusal("contract", `this connector has no ${owner}`);
}

/**
 * What a call into a component threw, as the driver throws it.
 * @param {any} error
 * @param {LastWords} [words]
 */
function translated(error, words) {
  if (typeof error?.payload?.kind === "string") return new ConnectorError(error.payload);
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    return new Refusal("trap", `the component trapped: ${error.message}${words?.told() ?? ""}`);
  }
  return error;
}
