"use strict";

/** What Appmixer is told when a call fails. */

/** Failures that may be over when Appmixer sends the message again. */
const PASSING = new Set(["rate-limited", "unavailable", "unauthenticated"]);

/**
 * Appmixer repeats a message whose component throws, unless it throws a `CancelError`. So that is
 * what a failure becomes which no repeat can mend, or which a repeat could do twice.
 * @param {object} context
 * @param {any} error
 * @returns {Error}
 */
function failure(context, error) {
  const { CancelError } = context;
  if (error.name === "Refusal") return CancelError ? new CancelError(error.message) : error;
  if (error.name !== "ConnectorError") return error;
  const passing = PASSING.has(error.kind) && !error.unsafe;
  const made = CancelError && !passing ? new CancelError(error.message) : new Error(error.message);
  return Object.assign(made, { kind: error.kind, code: error.code });
}

module.exports = { failure };
