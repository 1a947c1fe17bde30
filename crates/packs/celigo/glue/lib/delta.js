/** Delta exports: the records that are new since the last run, told by a field that holds a time. */

"use strict";

const { failure } = require("./failure.js");

const DAY = 86_400_000;

/**
 * The moment of the last run in milliseconds since 1970; undefined when all records are wanted, as
 * in the first run.
 */
exports.since = (about, { state, type, delta, lastExportDateTime }) => {
  if (state?.since !== undefined) return state.since;
  const last = lastExportDateTime ?? (type === "delta" ? delta?.lastExecutionTime : undefined);
  if (type !== "delta" && last === undefined) return undefined;
  if (!about.delta) {
    throw failure("no-delta", `${about.title}: its records have no time that tells what is new; export all of them`);
  }
  return last === undefined || last === null ? undefined : moment(last);
};

/**
 * Whether a record is new. One whose time is as coarse as a second or a day counts as new until
 * that has passed, and so does one without a time: rather twice than never.
 */
exports.newer = (about, { delta }, since) => {
  const field = delta?.dateField || about.delta.field;
  if (!about.delta.times.includes(field)) {
    throw failure("date-field", `dateField: ${field} is none of ${about.delta.times.join(", ")}`);
  }
  return (record) => {
    const { at, within } = time(record[field]);
    return at === undefined || at + within > since;
  };
};

function moment(value) {
  const at = value instanceof Date ? value.getTime() : time(value).at;
  if (at === undefined || Number.isNaN(at)) {
    throw failure("last-export", "lastExportDateTime is not a time");
  }
  return at;
}

/** A time in milliseconds, and how long a moment it names. */
function time(value) {
  if (typeof value === "number") {
    // As milliseconds it would be before 1973.
    return value < 1e11 ? { at: value * 1000, within: 1000 } : { at: value, within: 1 };
  }
  const at = typeof value === "string" ? Date.parse(value) : NaN;
  if (Number.isNaN(at)) return {};
  if (!value.includes(":")) return { at, within: DAY };
  return { at, within: /\.\d{3}/.test(value) ? 1 : 1000 };
}
