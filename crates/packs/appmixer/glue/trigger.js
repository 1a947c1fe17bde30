"use strict";

/** The component of a trigger: it polls when Appmixer ticks. */

const { withConnector } = require("./connection");
const { read } = require("./form");

/** Components whose poll has not ended; their ticks are left out meanwhile. */
const polling = new Set();

/** The option of triggers that also fire for what is there when they first look. */
const EXISTING = "include_existing";

/**
 * @param {string} id of the trigger
 * @param {{ schema: object }} form of its configuration
 */
module.exports = (id, { schema }) => {
  /**
   * Sends what is new, and then keeps the cursor: a poll that fails halfway comes again, and its
   * events have the ids that they had.
   */
  const poll = (context) => withConnector(context, async (connector) => {
    if (polling.has(context.componentId)) return;
    polling.add(context.componentId);
    try {
      const config = await read(context, schema, context.properties);
      const { cursor } = await context.loadState();
      const polled = await connector.poll(id, config, cursor);
      for (const event of polled.events) await context.sendJson(event, "out");
      if (polled.cursor !== cursor) await context.saveState({ cursor: polled.cursor });
    } finally {
      polling.delete(context.componentId);
    }
  });
  /** For a trial of a flow that was not started: an event of something that is there. Keeps nothing. */
  const test = (context) => withConnector(context, async (connector) => {
    const config = await read(context, schema, context.properties);
    const all = schema.properties?.[EXISTING] && { [EXISTING]: true };
    const { events: [event] } = await connector.poll(id, { ...config, ...all });
    if (!event) throw new context.CancelError("There is nothing yet that this trigger would have fired for.");
    await context.sendJson(event, "out");
  });
  // Stock is taken when the flow starts, so that nothing is missed before the first tick.
  return { start: poll, tick: poll, test };
};
