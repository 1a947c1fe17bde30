/** The credentials of a connection. Values leave only towards a request's headers. */

import { Refusal } from "./errors.mjs";
import { Mask } from "./secrets.mjs";

/** @import { Options } from "./types.d.ts" */

export class Vault {
  #credentials;
  #refresh;
  /** Takes the values out of what comes from outside: those that were used, and all that are known. */
  mask = new Mask();
  /** @type {Map<string, Promise<void>>} */
  #renewing = new Map();

  /**
   * @param {NonNullable<Options["credentials"]>} credentials
   * @param {Options["refresh"]} refresh
   */
  constructor(credentials, refresh) {
    this.#credentials = credentials;
    this.#refresh = refresh;
    this.#learn();
  }

  /** Values by id are known before they are used, and may have been replaced since. */
  #learn() {
    if (typeof this.#credentials === "function") return;
    for (const value of Object.values(this.#credentials)) if (value) this.mask.add(value);
  }

  /**
   * The value of a credential.
   * @param {string} id
   */
  async get(id) {
    const source = this.#credentials;
    this.#learn();
    const value = typeof source === "function" ? await source(id) : source[id];
    if (!value) throw new Refusal("credential", `there is no value for the credential ${id}`);
    if (!/^[\x21-\x7e]+$/.test(value)) {
      throw new Refusal("credential", `the credential ${id} does not fit into a header`);
    }
    this.mask.add(value);
    return value;
  }

  /**
   * Renews a credential that the service no longer takes, and says whether it is another one now.
   * Those who ask at the same time share one renewal; who asks too late finds it done.
   * @param {string} id
   * @param {string | undefined} used the value that was not taken
   */
  async renew(id, used) {
    const refresh = this.#refresh;
    if (!refresh) return false;
    if ((await this.get(id)) === used) {
      let renewing = this.#renewing.get(id);
      if (!renewing) {
        renewing = Promise.resolve(refresh(id)).finally(() => this.#renewing.delete(id));
        this.#renewing.set(id, renewing);
      }
      await renewing;
    }
    return (await this.get(id)) !== used;
  }
}
