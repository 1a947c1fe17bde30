/** The two ways a call can fail: the connector says so, or the driver refuses to go on. */

import { parse } from "./json.mjs";

/** A contract error: the call failed, and this is why. */
export class ConnectorError extends Error {
  /** @param {import("./contract.d.ts").Failure} failure */
  constructor(failure) {
    super(words(failure));
    this.name = "ConnectorError";
    this.reason = failure.message;
    this.kind = failure.kind;
    this.code = failure.code;
    this.advice = failure.advice;
    this.fields = failure.fields;
    this.status = failure.status;
    this.requestId = failure.requestId;
    this.retryAfterMs = failure.retryAfterMs;
    /** @type {unknown} */
    this.details = failure.details === undefined ? undefined : parsed(failure.details);
  }
}

/**
 * All that a person needs who sees nothing but the message.
 * @param {import("./contract.d.ts").Failure} failure
 */
function words({ message, fields, advice }) {
  const wrong = fields.map(({ path, message }) => `${path || "input"}: ${message}`).join("; ");
  const said = wrong && wrong !== `input: ${message}` ? `${message} (${wrong})` : message;
  return advice ? `${said.replace(/\.$/, "")}; ${advice}` : said;
}

/**
 * What the service said is kept, whatever it is.
 * @param {string} details
 */
function parsed(details) {
  try {
    return parse(details);
  } catch {
    return details;
  }
}

/** The driver refused what the component asked for. */
export class Refusal extends Error {
  /**
   * @param {import("./types.d.ts").Rule} rule
   * @param {string} message
   */
  constructor(rule, message) {
    super(message);
    this.name = "Refusal";
    this.rule = rule;
  }
}
