/** Where a connector sends requests: its addresses, with the settings of a connection in them. */

import { Refusal } from "./errors.mjs";
import { Operations } from "./operations.mjs";
import { fill, holdsSettings } from "./settings.mjs";

/** @import { Descriptor, Operation, OperationBase } from "./contract.d.ts" */

/**
 * @typedef {object} Place of one connection
 * @property {Descriptor} descriptor
 * @property {Operations | undefined} operations of connectors that list them
 * @property {Refusal} [unreachable] why no request can be sent
 */

/** The addresses of a connector. */
export class Places {
  #descriptor;
  #bases;
  #all;
  /** @type {Place | undefined} where no address holds a setting */
  #same;

  /**
   * Throws when the lists do not hold together.
   * @param {Descriptor} descriptor
   * @param {OperationBase[] | undefined} bases
   * @param {Operation[] | undefined} all
   */
  constructor(descriptor, bases, all) {
    this.#descriptor = descriptor;
    this.#bases = bases;
    this.#all = all;
    if (!holdsSettings(descriptor, bases ?? [])) this.#same = this.#place(descriptor, bases);
  }

  /**
   * Before a connection is made some settings may be missing: then nothing can be sent, and all else
   * works.
   * @param {Record<string, unknown>} settings
   * @returns {Place}
   */
  filled(settings) {
    if (this.#same) return this.#same;
    try {
      const { descriptor, bases } = fill(this.#descriptor, this.#bases ?? [], settings);
      return this.#place(descriptor, this.#bases && bases);
    } catch (error) {
      if (!(error instanceof Refusal && error.rule === "settings")) throw error;
      return { descriptor: this.#descriptor, operations: undefined, unreachable: error };
    }
  }

  /**
   * @param {Descriptor} descriptor
   * @param {OperationBase[] | undefined} bases
   */
  #place(descriptor, bases) {
    const operations = bases && new Operations(bases, this.#all ?? [], descriptor.origins);
    return { descriptor, operations };
  }
}
