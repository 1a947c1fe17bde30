/** Why a call failed, as the platform wants to hear it. */

"use strict";

/**
 * Whether only a person or the platform can mend it, by renewing the connection.
 * @param {any} error what the driver threw
 */
exports.offline = (error) => error.kind === "unauthenticated" || error.rule === "credential";

/** An entry of an answer's `errors`: every wrong field is named, and what to do about it. */
exports.entry = (error) => {
  const fields = (error.fields ?? []).map(({ path, message }) => `${path} ${message}`);
  const said = [error.message, ...fields, error.advice].filter(Boolean);
  return { code: String(error.code ?? error.rule ?? error.name), message: said.join("; ") };
};

/** An error for a callback, which passes on no more than message and code. */
exports.fatal = (error) => {
  const { code, message } = exports.entry(error);
  return Object.assign(new Error(message), { code });
};

/** An error of this module's own. */
exports.failure = (code, message) => Object.assign(new Error(message), { code });
