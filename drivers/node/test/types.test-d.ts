/** The hand-written types agree with what a component is and with what the driver exports. */

import type { Root } from "../dist/github_issues/github_issues.js";
import type { Component } from "../src/contract.d.ts";
import type * as api from "../src/types.d.ts";
import * as driver from "../src/index.mjs";

declare const transpiled: Root;
declare const component: Component;

/** Each of the two can stand for the other: no field is missing, none is too many. */
component satisfies Pick<Root, keyof Component>;
transpiled satisfies Component;
driver satisfies typeof api;
