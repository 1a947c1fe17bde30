/** From the platform's connection to the driver's. */

"use strict";

const { createHash } = require("node:crypto");
const { join } = require("node:path");

const { settings: names, pairs = [] } = require("../functions.json");

/** How many connections are kept ready: those that were used last. */
const KEPT = 16;

/** By the digest of a connection, so that no credential is a key. */
const connectors = new Map();

let loaded;

/** The driver and the component, which is compiled once. */
function runtime() {
  loaded ??= (async () => {
    const driver = await import("../driver/index.mjs");
    return { ...driver, make: await driver.load(join(__dirname, "..", "component")) };
  })();
  return loaded;
}

/**
 * Calls with a connector for the platform's connection: its `encrypted` holds the credentials by
 * their ids, its `unencrypted` the settings and, for tests, `routes`. Of a credential that is a pair
 * `<id>_user` is in the one and `<id>_password` in the other.
 * @template T
 * @param {{ encrypted?: object, unencrypted?: object }} connection
 * @param {(connector: import("../driver/types.d.ts").Connector) => Promise<T>} call
 * @returns {Promise<T>}
 */
exports.connected = async ({ encrypted = {}, unencrypted = {} } = {}, call) => {
  const key = createHash("sha256").update(JSON.stringify([encrypted, unencrypted])).digest("hex");
  const connector = connectors.get(key) ?? (await connect(encrypted, unencrypted));
  connectors.delete(key);
  connectors.set(key, connector);
  if (connectors.size > KEPT) connectors.delete(connectors.keys().next().value);
  return call(connector);
};

async function connect(encrypted, unencrypted) {
  const { connect, files, make } = await runtime();
  const options = {
    credentials: { ...encrypted, ...paired(encrypted, unencrypted) },
    settings: settings(unencrypted),
    routes: routes(unencrypted.routes),
    // A record names a file by its address, or holds it; it cannot reach the files of the stack.
    blobs: files({ https: true }),
  };
  // A component that never returns does not stop the stack. Where no worker can be had, it runs here.
  return connect(make, { ...options, isolate: true }).catch((error) => {
    if (error.name === "Refusal") throw error;
    return connect(make, options);
  });
}

/** The credentials that are two values, where they are filled in. */
function paired(encrypted, unencrypted) {
  const both = pairs.map((id) => [id, { user: unencrypted[`${id}_user`], password: encrypted[`${id}_password`] }]);
  return Object.fromEntries(both.filter(([, { user, password }]) => user || password));
}

/** Fields of a form that were left empty are not settings. */
function settings(unencrypted) {
  const given = names.filter((name) => ![undefined, null, ""].includes(unencrypted[name]));
  return Object.fromEntries(given.map((name) => [name, unencrypted[name]]));
}

/**
 * `https://origin=http://127.0.0.1:8080,…`: what stands in for the service. Only this machine can,
 * so that no setting leads a credential elsewhere.
 * @param {string | undefined} text
 */
function routes(text) {
  const pairs = (text || "").split(",").filter(Boolean).map((pair) => pair.trim().split("="));
  for (const [origin, place] of pairs) {
    const { protocol, hostname } = URL.canParse(place) ? new URL(place) : {};
    if (protocol !== "http:" || !["127.0.0.1", "[::1]", "localhost"].includes(hostname)) {
      throw new TypeError(`routes: ${origin} can only be led to http on this machine`);
    }
  }
  return Object.fromEntries(pairs);
}
