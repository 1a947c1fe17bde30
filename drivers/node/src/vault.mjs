/** The credentials of a connection. Values leave only towards a request. */

import { Refusal } from "./errors.mjs";
import { Mask } from "./secrets.mjs";

/** @import { Credential } from "./contract.d.ts" */
/** @import { CredentialValue, Options } from "./types.d.ts" */

/**
 * @typedef {object} Secret
 * @property {string} text the secret, or the password of a pair
 * @property {string} [user] of a pair
 * @property {CredentialValue} value as it was given
 */

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
    for (const value of Object.values(this.#credentials)) if (value) this.#know(value);
  }

  /**
   * @param {CredentialValue} value
   * @returns {Secret}
   */
  #know(value) {
    const secret = typeof value === "string" ? { text: value, value }
      : { text: value.password ?? "", user: value.user ?? "", value };
    this.mask.add(secret.text);
    return secret;
  }

  /** @param {string} id */
  async #find(id) {
    const source = this.#credentials;
    this.#learn();
    return typeof source === "function" ? source(id) : source[id];
  }

  /**
   * The value of a credential.
   * @param {string} id
   */
  async get(id) {
    const value = await this.#find(id);
    if (!value) throw new Refusal("credential", `there is no value for the credential ${id}`);
    return this.#know(value);
  }

  /**
   * The secret of a credential, if the connection has it.
   * @param {string} id
   */
  async secret(id) {
    const value = await this.#find(id);
    return value && this.#know(value).text;
  }

  /**
   * Of the credentials of a group, the one that the connection has.
   * @param {Credential[]} group at least one
   */
  async choose(group) {
    if (group.length === 1) return group[0];
    for (const credential of group) if (await this.#find(credential.id)) return credential;
    const ids = group.map(({ id }) => id).join(", ");
    throw new Refusal("credential", `there is no value for any of the credentials ${ids}`);
  }

  /**
   * Renews a credential that the service no longer takes, and says whether it is another one now.
   * Those who ask at the same time share one renewal; who asks too late finds it done.
   * @param {string} id
   * @param {Secret} used the value that was not taken
   */
  async renew(id, used) {
    const refresh = this.#refresh;
    if (!refresh) return false;
    if (same(await this.get(id), used)) {
      let renewing = this.#renewing.get(id);
      if (!renewing) {
        renewing = Promise.resolve(refresh(id)).finally(() => this.#renewing.delete(id));
        this.#renewing.set(id, renewing);
      }
      await renewing;
    }
    return !same(await this.get(id), used);
  }
}

/**
 * @param {Secret} one
 * @param {Secret} other
 */
function same(one, other) {
  return one.text === other.text && one.user === other.user;
}
