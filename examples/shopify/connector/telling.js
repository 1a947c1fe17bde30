/** Where it crashed: a host sees no stack. */

import { lastWords } from "automation:connector/diagnostics@0.2.0";

import { Refusal } from "./errors.js";

const told = (run) => (...given) => {
  try {
    return run(...given);
  } catch (fault) {
    if (!(fault instanceof Refusal)) lastWords(`${fault?.stack ?? ""}${fault}`);
    throw fault;
  }
};

/** Lets functions leave word of a crash. Errors of the contract go through. */
export const telling = (functions) =>
  Object.fromEntries(Object.entries(functions).map(([name, run]) => [name, told(run)]));
