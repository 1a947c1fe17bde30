/** Whether a connection works. */

"use strict";

const { connected } = require("./connection.js");
const { entry } = require("./failure.js");

exports.ping = async ({ connection }) => {
  try {
    await connected(connection, (connector) => connector.test());
    return { statusCode: 200 };
  } catch (error) {
    return { statusCode: 401, errors: [entry(error)] };
  }
};
