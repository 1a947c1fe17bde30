/** Exports: one page for each call, and in `state` where the next one begins. */

"use strict";

const { connected } = require("./connection.js");
const { newer, since } = require("./delta.js");
const { entry, failure, fatal, offline } = require("./failure.js");
const { filled } = require("./settings.js");

/** How many pages without anything new one call reads before it answers all the same. */
const BARREN = 20;

/** How many records a preview shows when the platform does not say. */
const PREVIEW = 10;

/**
 * @param {object} about the function's entry in functions.json
 * @param {object} options what the runtime passes to a wrapper export
 */
exports.run = async (about, options) => {
  try {
    return await connected(options.connection, (connector) => {
      const read = about.shape === "items" ? page : one;
      return read(connector, about, options, input(about, options));
    });
  } catch (error) {
    const nothing = { data: [], errors: [entry(error)] };
    if (offline(error)) return { connectionOffline: true, ...nothing };
    // What a lookup does not find is no reason to stop the flow.
    if (options.data !== undefined) return { ...nothing, lastPage: true };
    throw fatal(error);
  }
};

async function page(connector, about, options, input) {
  const after = since(about, options);
  const limit = sample(options);
  let from = options.state?.checkpoint && Buffer.from(options.state.checkpoint, "base64");
  for (let pages = 1; ; pages++) {
    const { items, next } = await connector.page(about.action, input, from, { limit });
    const data = after === undefined ? items : items.filter(newer(about, options, after));
    if (data.length === 0 && next && pages < BARREN) {
      from = next;
      continue;
    }
    if (limit !== undefined) return { data: data.slice(0, limit), lastPage: true };
    if (!next) return { data, lastPage: true };
    return { data, lastPage: false, state: state(next, after) };
  }
}

async function one(connector, about, _options, input) {
  return { data: [await connector.run(about.action, input)], lastPage: true };
}

/** The moment of a delta export stays the same for all its pages. */
function state(next, after) {
  const checkpoint = Buffer.from(next).toString("base64");
  return after === undefined ? { checkpoint } : { checkpoint, since: after };
}

/**
 * The configuration of the export, and before it what a person filled in in its form; as a step in the
 * middle of a flow, what both leave open comes from the record at hand.
 */
function input(about, { configuration, settings, data }) {
  const records = data === undefined ? [] : [data].flat();
  if (records.length > 1) {
    throw failure("one-record", "a lookup takes one record at a time: set its page size to 1");
  }
  const known = Object.entries(records[0] ?? {}).filter(([name]) => about.fields.includes(name));
  return { ...Object.fromEntries(known), ...configuration, ...filled(about.reads, settings?.export) };
}

/** How many records are enough, if it is only to show what they look like. */
function sample({ type, test, preview }) {
  if (type !== "test" && !test && !preview) return undefined;
  return test?.limit ?? PREVIEW;
}
