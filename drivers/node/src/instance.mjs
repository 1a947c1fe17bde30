/** A component as JavaScript sees it: loading it, keeping one instance, calling it. */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { ConnectorError, Refusal } from "./errors.mjs";

/** @import { Component } from "./contract.d.ts" */

/**
 * Loads what `transpile.mjs` wrote into a folder.
 * @param {string | URL} folder
 * @returns {Promise<() => Component>}
 */
export async function load(folder) {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  const { instantiate } = await import(pathToFileURL(`${path}/${basename(path)}.js`).href);
  return maker(instantiate, (name) => readFileSync(`${path}/${name}`));
}

/**
 * A function that makes instances. The core modules are compiled once, for the first one.
 * @param {(compile: (name: string) => WebAssembly.Module, imports: {}) => Component} instantiate
 * @param {(name: string) => Uint8Array<ArrayBuffer>} read the bytes of a core module
 * @returns {() => Component}
 */
export function maker(instantiate, read) {
  /** @type {Map<string, WebAssembly.Module>} */
  const modules = new Map();
  /** @param {string} name */
  const compile = (name) => {
    const module = modules.get(name) ?? new WebAssembly.Module(read(name));
    modules.set(name, module);
    return module;
  };
  return () => instantiate(compile, {});
}

/** @type {WeakMap<object, ReturnType<typeof keeper>>} */
const kept = new WeakMap();

/**
 * Keeps one instance for all calls of all connections that share a component or the function that
 * makes it: making another costs more than most calls, and nothing stays in one between calls. One
 * that trapped is replaced before the next call, if there is a function to make it with.
 * @param {Component | (() => Component)} component
 */
export function keep(component) {
  const call = kept.get(component) ?? keeper(component);
  kept.set(component, call);
  return call;
}

/** @param {Component | (() => Component)} component */
function keeper(component) {
  const make = typeof component === "function" ? component : () => component;
  /** @type {Component | undefined} */
  let instance;

  /**
   * @template T
   * @param {(component: Component) => T} use
   * @returns {T}
   */
  return function call(use) {
    instance ??= make();
    try {
      return use(instance);
    } catch (error) {
      throw translated(error, () => (instance = undefined));
    }
  };
}

/**
 * @param {any} error
 * @param {() => void} discard
 */
function translated(error, discard) {
  if (typeof error?.payload?.kind === "string") return new ConnectorError(error.payload);
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    discard();
    return new Refusal("trap", `the component trapped: ${error.message}`);
  }
  return error;
}
