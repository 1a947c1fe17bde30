/** What the extension runtime loads: `ping`, and a function for each export and import. */

"use strict";

const { functions } = require("./functions.json");
const { ping } = require("./lib/ping.js");

const kinds = { export: require("./lib/export.js").run, import: require("./lib/import.js").run };

/**
 * A function as the runtime calls it; it does not take asynchronous ones.
 * @param {(options: object) => Promise<object>} run
 */
function wrapper(run) {
  return (options, callback) => {
    run(options).then((result) => callback(null, result), (error) => callback(error));
  };
}

const wrappers = { ping: wrapper(ping) };
for (const [name, about] of Object.entries(functions)) {
  wrappers[name] = wrapper((options) => kinds[about.kind](about, options));
}

// The runtime looks for a wrapper under `wrappers`, or at the module itself when it is not told
// that it is one.
module.exports = { ...wrappers, wrappers };
