/** The version of the contract that this driver speaks. */

import { Refusal } from "./errors.mjs";

/** As in `wit/world.wit`. */
export const VERSION = "0.2.0";

/** How the names of the contract's interfaces begin. */
const PACKAGE = "automation:connector";

const NAME = new RegExp(`^${PACKAGE}/[^@]+@(.+)$`);

/**
 * An instance, if it speaks this version: until 1.0 the second number tells those apart that do not
 * fit together. One that is written in JavaScript need not say which it speaks.
 * @template {object} T
 * @param {T} instance
 */
export function checkVersion(instance) {
  checkNames(Object.keys(instance));
  return instance;
}

/**
 * @param {string[]} names of what a component exports
 */
export function checkNames(names) {
  const versions = names.map((name) => NAME.exec(name)?.[1]).filter((version) => version !== undefined);
  const other = versions.find((version) => line(version) !== line(VERSION));
  if (other === undefined) return;
  throw new Refusal("contract", `the component speaks ${PACKAGE}@${other}, and this driver ${PACKAGE}@${VERSION}: ` +
    "one of them has to be replaced by one of the other's version");
}

/** @param {string} version */
function line(version) {
  const [major, minor] = version.split(".");
  return major === "0" ? `0.${minor}` : major;
}
