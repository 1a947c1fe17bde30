/** What a connector needs beyond the contract. */

import { Refusal } from "./errors.mjs";

/** @import { Descriptor } from "./contract.d.ts" */
/** @import { Options } from "./types.d.ts" */

/**
 * Throws when a connector requires something that neither the driver nor the caller has.
 * @param {Descriptor} descriptor
 * @param {Options} options
 */
export function checkRequired({ id, requires = [] }, { signers = {}, extensions = [] }) {
  const lacking = requires.filter((name) => !Object.hasOwn(signers, name) && !extensions.includes(name));
  if (lacking.length === 0) return;
  const names = lacking.map((name) => JSON.stringify(name)).join(", ");
  throw new Refusal("extension", `the connector ${id} requires ${names}, which this driver does not have: give ` +
    "`connect` a signer of that name in `signers`, or name in `extensions` what you do yourself");
}
