/** The two ways a call can fail: the connector says so, or the driver refuses to go on. */

/** A contract error: the call failed, and this is why. */
export class ConnectorError extends Error {
  /** @param {import("./contract.d.ts").Failure} failure */
  constructor({ message, details, ...rest }) {
    super(message);
    this.name = "ConnectorError";
    this.kind = rest.kind;
    this.code = rest.code;
    this.advice = rest.advice;
    this.fields = rest.fields;
    this.status = rest.status;
    this.requestId = rest.requestId;
    this.retryAfterMs = rest.retryAfterMs;
    /** @type {unknown} */
    this.details = details === undefined ? undefined : JSON.parse(details);
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
