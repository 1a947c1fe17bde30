/** A process of the extension runtime with a module in it: it answers calls that come as messages. */

"use strict";

const Extension = require("integrator-extension");

const [, , pack] = process.argv;
const runtime = new Extension();
runtime.loadConfiguration({ diy: require(pack) }, (error) => {
  if (error) throw error;
});

process.on("message", ({ options, extension }) => {
  runtime.callFunction(options, { diy: true, ...extension }, (error, result) => {
    process.send({ error, result });
  });
});
