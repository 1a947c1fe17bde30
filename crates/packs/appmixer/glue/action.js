"use strict";

/** The component of an action. */

const { withConnector } = require("./connection");
const { read } = require("./form");
const { message, options, sendItems } = require("./output");

/** Descriptions with their schemas, by action. They never change. */
const described = new Map();

async function describe(connector, id) {
  if (!described.has(id)) {
    const { action, input, output } = await connector.describe(id);
    described.set(id, { ...action, input: JSON.parse(input), output: JSON.parse(output) });
  }
  return described.get(id);
}

/** @param {string} id of the action */
module.exports = (id) => ({
  receive: (context) => withConnector(context, async (connector) => {
    const form = context.messages.in.content;
    const { effect, input, output, shape } = await describe(connector, id);
    if (context.properties.generateOutputPortOptions) {
      return context.sendJson(options(form.outputType, output), "out");
    }
    const filled = await read(context, input, form);
    if (shape === "items") {
      return sendItems(context, connector, id, filled, form);
    }
    try {
      return await context.sendJson(message(await connector.run(id, filled)), "out");
    } catch (error) {
      // The write may have gone through, and a repeat would do it twice.
      error.unsafe = effect === "write" && error.kind === "unavailable";
      throw error;
    }
  }),
});
