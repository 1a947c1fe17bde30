/** The hand-written types agree with what a component is and with what the driver exports. */

import type { Root as Small } from "../dist/github_issues/github_issues.js";
import type { Root as Whole } from "../dist/pinterest_connector/pinterest_connector.js";
import type { Component } from "../src/contract.d.ts";
import type * as api from "../src/types.d.ts";
import type * as onEdge from "../src/edge.d.ts";
import * as driver from "../src/index.mjs";
import * as edge from "../src/edge.mjs";

declare const small: Small;
declare const whole: Whole;
declare const component: Required<Component>;

/** Each can stand for the other: no field is missing, none is too many. */
component satisfies Pick<Small, keyof Small & keyof Component>;
component satisfies Pick<Whole, keyof Whole & keyof Component>;
small satisfies Component;
whole satisfies Component;
driver satisfies typeof api;
edge satisfies typeof onEdge;
