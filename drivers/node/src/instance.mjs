/** A component as JavaScript sees it: loading it, keeping one instance, calling it. */

import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { ConnectorError, Refusal } from "./errors.mjs";

/** @import { Component } from "./contract.d.ts" */

/**
 * Loads what `transpile.mjs` wrote into a folder. The core modules are compiled once, here.
 * @param {string | URL} folder
 * @returns {Promise<() => Component>}
 */
export async function load(folder) {
  const path = typeof folder === "string" ? folder : fileURLToPath(folder);
  const { instantiate } = await import(pathToFileURL(`${path}/${basename(path)}.js`).href);
  /** @type {Map<string, WebAssembly.Module>} */
  const modules = new Map();
  /** @param {string} name */
  const compile = (name) => {
    const module = modules.get(name) ?? new WebAssembly.Module(readFileSync(`${path}/${name}`));
    modules.set(name, module);
    return module;
  };
  return () => instantiate(compile, {});
}

/**
 * Keeps one instance for all calls: making another costs more than most of them. One that trapped
 * is replaced before the next call, if there is a function to make it with.
 * @param {Component | (() => Component)} component
 */
export function keep(component) {
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
