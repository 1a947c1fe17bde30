"use strict";

/** The component of a trigger: it polls when Appmixer ticks. */

const { withConnector } = require("./connection");
const { read } = require("./form");

/** Components whose poll has not ended; their ticks are left out meanwhile. */
const polling = new Set();

/** @param {string} id of the trigger */
module.exports = (id) => {
  /**
   * Sends what is new, and then keeps the cursor: a poll that fails halfway comes again, and its
   * events have the ids that they had.
   */
  const poll = (context) => withConnector(context, async (connector) => {
    if (polling.has(context.componentId)) return;
    polling.add(context.componentId);
    try {
      const schema = JSON.parse((await connector.describe(id)).config);
      const config = await read(context, schema, context.properties);
      const { cursor } = await context.loadState();
      const polled = await connector.poll(id, config, cursor);
      for (const event of polled.events) await context.sendJson(event, "out");
      if (polled.cursor !== cursor) await context.saveState({ cursor: polled.cursor });
    } finally {
      polling.delete(context.componentId);
    }
  });
  // Stock is taken when the flow starts, so that nothing is missed before the first tick.
  return { start: poll, tick: poll };
};
