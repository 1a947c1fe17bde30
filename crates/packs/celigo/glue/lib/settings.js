/** What a person filled in in the form of an export, as members of an input. */

"use strict";

/**
 * @param {Record<string, { path: string[], kind: string }>} reads of the function's entry in functions.json
 * @param {Record<string, unknown>} [values] by the fields of the form
 */
exports.filled = (reads = {}, values = {}) => {
  const input = {};
  for (const [name, { path, kind }] of Object.entries(reads)) {
    const value = values[name];
    if (value === undefined || value === null || value === "") continue;
    const inner = path.slice(0, -1).reduce((object, name) => (object[name] ??= {}), input);
    inner[path.at(-1)] = READ[kind](value);
  }
  return input;
};

const list = (value) => (Array.isArray(value) ? value : String(value).split(",").map((it) => it.trim()).filter(Boolean));
/** What is no number stays as it is, so that the connector can say so. */
const number = (value) => (value !== "" && Number.isFinite(Number(value)) ? Number(value) : value);

const READ = {
  text: (value) => value,
  number,
  date: (value) => String(value).slice(0, 10),
  boolean: (value) => ({ true: true, false: false })[value] ?? value,
  list,
  numbers: (value) => list(value).map(number),
};
