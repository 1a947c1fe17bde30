"use strict";

/** The connector, connected to the account that an Appmixer context speaks for. */

const { AsyncLocalStorage } = require("node:async_hooks");
const { join } = require("node:path");

const { credentials, settings } = require("../connection.json");
const { blob } = require("./files");
const { failure } = require("./errors");
const { request } = require("./http");

/** Connectors by their settings and routes: to make one costs some milliseconds. */
const connected = new Map();
/** How many of them are kept. */
const KEPT = 16;
/** The context of the call that is running: it has the token and sends the requests. */
const current = new AsyncLocalStorage();

let loading;

async function load() {
    const { connect, load } = await import("../driver/index.mjs");
    return { connect, component: await load(join(__dirname, "..", "component")) };
}

/**
 * Calls `use` with the connector. What it throws becomes an error as Appmixer understands it.
 * @param {object} context of a component, or of the authentication
 * @param {(connector: object) => Promise<any>} use
 */
async function withConnector(context, use) {
    loading ??= load();
    const { connect, component } = await loading;
    const values = context.auth ?? context;
    const options = { settings: chosen(values), routes: routes(context.config) };
    const key = JSON.stringify(options);
    let connector = connected.get(key);
    if (!connector) {
        connector = connect(component, { ...options, ...host });
        connected.set(key, connector);
        if (connected.size > KEPT) connected.delete(connected.keys().next().value);
    }
    return current.run(context, async () => {
        try {
            return await use(connector);
        } catch (error) {
            throw failure(context, error);
        }
    });
}

/** What the driver asks its host for. Nothing is kept: the context of the moment answers. */
const host = {
    credentials: (id) => {
        const context = current.getStore();
        const { source } = credentials.find((credential) => credential.id === id);
        return (context.auth ?? context)[source.oauth2 ? "accessToken" : id];
    },
    http: (url, init) => request(current.getStore(), url, init),
    blobs: (reference) => blob(current.getStore(), reference),
};

/** The settings that were filled in when the account was connected. */
function chosen(values) {
    const names = Object.keys(settings.properties ?? {});
    const filled = names.filter((name) => values[name] !== undefined && values[name] !== "");
    return Object.fromEntries(filled.map((name) => [name, values[name]]));
}

/** The key `routes` of the service configuration: `origin=address`, separated by commas. */
function routes(config) {
    const pairs = (config?.routes ?? "").split(",").filter(Boolean);
    return Object.fromEntries(pairs.map((pair) => pair.trim().split("=", 2)));
}

module.exports = { chosen, routes, withConnector };
