/** Why a call failed, as the platform wants to hear it. */

"use strict";

/**
 * Whether only a person or the platform can mend it, by renewing the connection.
 * @param {any} error what the driver threw
 */
exports.offline = (error) => error.kind === "unauthenticated" || error.rule === "credential";

/** An entry of an answer's `errors`: every wrong field is named, and what to do about it. */
exports.entry = ({ code, rule, name, message, reason = message, fields = [], advice }) => {
  const wrong = fields.map((field) => `${field.path} ${field.message}`).join("; ");
  const said = (wrong || reason || "failed").replace(/\.$/, "");
  return { code: String(code ?? rule ?? name), message: advice ? `${said}. ${advice}` : said };
};

/** An error for a callback, which passes on no more than message and code. */
exports.fatal = (error) => {
  const { code, message } = exports.entry(error);
  return Object.assign(new Error(message), { code });
};

/** An error of this module's own. */
exports.failure = (code, message) => Object.assign(new Error(message), { code });
