"use strict";

/** The component of an action. */

const { withConnector } = require("./connection");
const { read } = require("./form");
const { message, options, sendItems } = require("./output");

/**
 * @param {string} id of the action
 * @param {object} form `schema` of what is filled in, `single` where it is one of many records, the `effect` of the
 *   action, and of a list the `output`: the schema of an item
 */
module.exports = (id, { schema, single, effect, output }) => ({
  receive: (context) => {
    const filled = context.messages.in.content;
    if (context.properties.generateOutputPortOptions) {
      return context.sendJson(options(filled.outputType, output), "out");
    }
    return withConnector(context, async (connector, driver) => {
      const input = await read(context, schema, filled);
      if (output) return sendItems(context, connector, id, input, filled);
      try {
        const run = single ? driver.runSingle(connector, id, single, input) : connector.run(id, input);
        return await context.sendJson(message(await run), "out");
      } catch (error) {
        // The write may have gone through, and a repeat would do it twice.
        error.unsafe = effect === "write" && error.kind === "unavailable";
        throw error;
      }
    });
  },
});
