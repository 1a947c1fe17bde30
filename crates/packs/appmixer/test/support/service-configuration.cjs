"use strict";

/**
 * Gives Appmixer's command line what an administrator enters in the Backoffice: it runs without
 * the database where an engine looks for the service configuration. Loaded with `--require`.
 */

const { ServiceFactory } = require("appmixer/src/am-dist");

const { create } = ServiceFactory;
const authConfig = JSON.parse(process.env.SERVICE_CONFIGURATION);

ServiceFactory.create = (options, module) => create({ ...options, authConfig }, module);
