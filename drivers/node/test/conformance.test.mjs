/** Each component with the cases that it shares with the other runners. */

import { fileURLToPath } from "node:url";

import { load } from "../src/index.mjs";
import { conformance } from "./support/conformance.mjs";

const REPOSITORY = new URL("../../../", import.meta.url);

/** What `pretest` transpiles, and where its cases are. */
const COMPONENTS = {
  github_issues: "examples/github-issues/cases",
  pinterest_connector: "tests/cases",
  wikipedia: "examples/wikipedia/cases",
};

for (const [name, cases] of Object.entries(COMPONENTS)) {
  const make = await load(new URL(`../dist/${name}`, import.meta.url));
  conformance(name, make(), fileURLToPath(new URL(cases, REPOSITORY)));
}
