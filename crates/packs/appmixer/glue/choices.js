"use strict";

/** The component behind dropdowns: all choices for a field, however many pages they take. */

const { createHash } = require("node:crypto");

const { withConnector } = require("./connection");

/** Milliseconds for which choices are as they were: a form that opens asks for those of all its fields at once. */
const KEPT = 60_000;

/** Asks the service, or whoever asked it a moment ago for the same account. */
async function cached(context, key, ask) {
  const lock = await attempt(() => context.lock(key));
  try {
    const known = await attempt(() => context.staticCache.get(key));
    if (known) return known;
    const choices = await ask();
    await attempt(() => context.staticCache.set(key, choices, context.config?.listCacheTTL ?? KEPT));
    return choices;
  } finally {
    await attempt(() => lock?.unlock());
  }
}

/** Where there is no cache, as in the platform's command line, the service is asked each time. */
async function attempt(what) {
  try {
    return await what();
  } catch {
    return undefined;
  }
}

/** What makes choices what they are. Of the credential only a hash is kept. */
function keyOf({ auth, properties, messages }) {
  const told = JSON.stringify([auth, properties, messages.in.content]);
  return `choices-${createHash("sha256").update(told).digest("hex")}`;
}

module.exports = {
  receive: (context) => withConnector(context, async (connector) => {
    const { of, field } = context.properties;
    const choices = await cached(context, keyOf(context), async () => {
      const choices = [];
      try {
        for await (const choice of connector.choices(of, field, context.messages.in.content)) {
          choices.push(choice);
        }
      } catch (error) {
        // A field that the choices depend on is not filled in yet.
        if (error.kind !== "invalid-input") throw error;
      }
      return choices;
    });
    await context.sendJson({ choices }, "out");
  }),

  /** As the inspector wants them. */
  options: ({ choices }) => choices.map(({ value, title }) => ({ label: title, value })),
};
