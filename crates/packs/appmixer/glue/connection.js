"use strict";

/** The connector, connected to the account that an Appmixer context speaks for. */

const { join } = require("node:path");

const { credentials, settings } = require("../connection.json");
const { failure } = require("./errors");
const { blobs } = require("./files");
const { request } = require("./http");

/**
 * Connectors that no call is using, to spare the next call the making of one. None knows an
 * account while it waits here.
 */
const idle = [];
/** How many of them are kept. */
const KEPT = 32;

/** Where a route may lead: no configuration can send a credential off this machine. */
const HERE = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/;

let loading;

async function load() {
  const driver = await import("../driver/index.mjs");
  const { runSingle } = await import("../driver/single.mjs");
  return { ...driver, runSingle, make: await driver.load(join(__dirname, "..", "component")) };
}

/**
 * Calls `use` with the connector. What it throws becomes an error as Appmixer understands it.
 * @param {object} context of a component, or of the authentication
 * @param {(connector: object, driver: object) => Promise<any>} use
 */
async function withConnector(context, use) {
  loading ??= load();
  const driver = await loading;
  const options = { settings: chosen(context), routes: routes(context) };
  const key = JSON.stringify(options);
  const at = idle.findIndex((slot) => slot.key === key);
  const slot = at < 0 ? await open(driver, key, options) : idle.splice(at, 1)[0];
  slot.context = context;
  try {
    return await use(slot.connector, driver);
  } catch (error) {
    throw failure(context, error);
  } finally {
    slot.context = undefined;
    idle.push(slot);
    if (idle.length > KEPT) idle.shift();
  }
}

/** A connector that asks the context of the moment for its credentials, and to send requests. */
async function open({ connect, files, make }, key, options) {
  const slot = { key, context: undefined };
  const all = {
    ...options,
    credentials: (id) => credential(slot.context, id),
    http: (url, init) => request(slot.context, url, init),
    blobs: blobs(files({ https: true }), () => slot.context),
  };
  // A component that never returns does not stop the engine. Where no worker can be had, it runs here.
  slot.connector = await connect(make, { ...all, isolate: true }).catch((error) => {
    if (error.name === "Refusal") throw error;
    return connect(make, all);
  });
  return slot;
}

/** A value that Appmixer keeps. The context of the authentication has it beside its functions. */
function credential(context, id) {
  const { source } = credentials.find((credential) => credential.id === id);
  const values = context.auth ?? context;
  if (source.oauth2) return values.accessToken;
  if (!source.pair) return values[id];
  const [user, password] = [values[`${id}_user`], values[`${id}_password`]];
  return user || password ? { user, password } : undefined;
}

/** The settings that were filled in when the account was connected. */
function chosen(context) {
  const values = context.auth ?? context;
  const names = Object.keys(settings.properties ?? {});
  const filled = names.filter((name) => ![undefined, null, ""].includes(values[name]));
  return Object.fromEntries(filled.map((name) => [name, values[name]]));
}

/**
 * The key `routes` of the service configuration: `origin=place`, separated by commas. For tests:
 * a place on this machine stands in for the service.
 */
function routes({ config }) {
  const pairs = (config?.routes ?? "").split(",").filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => {
    const [origin, place] = pair.trim().split("=");
    if (!HERE.test(place)) throw new Error(`routes: ${origin} must lead to http on this machine`);
    return [origin, place];
  }));
}

module.exports = { chosen, routes, withConnector };
