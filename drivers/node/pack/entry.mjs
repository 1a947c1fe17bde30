/** What a package exports: the driver, connected to the package's own component. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

// What `transpile.mjs` made; the bundler knows where it is.
import { instantiate } from "component";

import { connect as connectTo } from "../src/index.mjs";
import { maker } from "../src/instance.mjs";

export { ConnectorError, Refusal, files } from "../src/index.mjs";

const make = maker(instantiate, (name) => readFileSync(join(__dirname, name)));

/** @param {import("../src/types.d.ts").Options} [options] */
export const connect = (options) => connectTo(make, options);
