"use strict";

/** The component behind every dropdown: all choices for a field, however many pages they take. */

const { withConnector } = require("./connection");

module.exports = {
  receive: (context) => withConnector(context, async (connector) => {
    const { of, field } = context.properties;
    const choices = [];
    try {
      for await (const choice of connector.choices(of, field, context.messages.in.content)) {
        choices.push(choice);
      }
    } catch (error) {
      // A field that the choices depend on is not filled in yet.
      if (error.kind !== "invalid-input") throw error;
    }
    await context.sendJson({ choices }, "out");
  }),

  /** As the inspector wants them. */
  options: ({ choices }) => choices.map(({ value, title }) => ({ label: title, value })),
};
