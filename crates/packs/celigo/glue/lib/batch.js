/** Records as inputs of actions: neighbours that one call can write go together. */

"use strict";

const { failure } = require("./failure.js");

/**
 * @param {object[]} targets of the function; a record goes to the first whose `when` it has
 * @param {unknown[]} records
 * @param {object} [configuration] of the import: what a record leaves open
 * @returns {Batch[]} with all records in their order
 */
exports.batches = (targets, records, configuration) => {
  const batches = [];
  for (const record of records) {
    const batch = one(targets, record, configuration);
    const before = batches.at(-1);
    if (before && before.takes(batch)) before.inputs.push(...batch.inputs);
    else batches.push(batch);
  }
  return batches;
};

function one(targets, record, configuration) {
  if (typeof record !== "object" || record === null || Array.isArray(record)) {
    return new Batch({}, record, failure("record", "a record is not an object"));
  }
  const whole = { ...configuration, ...record };
  const has = (name) => ![undefined, null, ""].includes(whole[name]);
  const target = targets.find(({ when = [] }) => when.every(has));
  if (!target.batch || whole[target.batch.field] !== undefined) return new Batch(target, whole);
  const { outer, inner } = target.batch;
  const shared = pick(whole, (name) => outer.includes(name));
  const own = pick(whole, (name) => !outer.includes(name) || inner.includes(name));
  return new Batch(target, own, undefined, shared);
}

function pick(object, wanted) {
  return Object.fromEntries(Object.entries(object).filter(([name]) => wanted(name)));
}

/** Records for one call. */
class Batch {
  /**
   * @param {object} target the action
   * @param {object} input of the first record
   * @param {Error} [fault] why it is not to be tried
   * @param {object} [shared] beside the list of records in the action's input
   */
  constructor(target, input, fault, shared) {
    this.target = target;
    this.inputs = [input];
    this.fault = fault;
    this.shared = shared;
  }

  /** Whether the action takes a list of records. */
  get many() {
    return this.shared !== undefined;
  }

  /** Whether a batch of one record can go along. */
  takes(batch) {
    return (
      this.many && batch.many && this.target === batch.target &&
      this.inputs.length < (this.target.batch.max ?? Infinity) &&
      JSON.stringify(this.shared) === JSON.stringify(batch.shared)
    );
  }

  /** The action's input for the records at these places. */
  input(places) {
    if (!this.many) return this.inputs[0];
    const records = places.map((place) => this.inputs[place]);
    return { ...this.shared, [this.target.batch.field]: records };
  }

  /** The record at a place, alone. */
  only(place) {
    return new Batch(this.target, this.inputs[place], undefined, this.shared);
  }

  /**
   * The records that an input was refused for before it was sent: their places in it, each with
   * its fields, whose paths are those of the record.
   */
  wrong({ status, fields = [] }) {
    const wrong = new Map();
    if (!this.many || status !== undefined) return wrong;
    for (const { path, message } of fields) {
      const [, place, rest] = /\[(\d+)\]\.?(.*)/.exec(path) ?? [];
      if (place === undefined || !path.startsWith(`${this.target.batch.field}[`)) return new Map();
      const known = wrong.get(Number(place)) ?? [];
      wrong.set(Number(place), [...known, { path: rest, message }]);
    }
    return wrong;
  }
}
