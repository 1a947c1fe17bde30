/** The same types are there for CommonJS. */

import connectors = require("pinterest-connector");

const connector = connectors.connect();
const output: Promise<connectors.Actions["boards.get"]["output"]> =
  connector.run("boards.get", { board_id: "1" });
// @ts-expect-error a required field is missing
connector.run("boards.get", {});
const id: Promise<string> = output.then((board: connectors.Board) => board.id);
export = id;
