/** Whoever looks at packages before they are published finds nothing to mend. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { publint } from "publint";

import { exec, packed, path } from "./support/package.mjs";

/** All of them before the first test: what is made for tests is gone when those that are known have ended. */
const packages = new Map();
for (const component of ["pinterest_connector", "github_issues"]) packages.set(component, await packed(component));

for (const [component, { made, tarball }] of packages) {
  test(`${component}: publint finds nothing`, async () => {
    const { messages } = await publint({ pkgDir: made, strict: true });
    assert.deepEqual(messages, []);
  });

  // What requires it gets ES modules, which every Node that is supported loads: this profile looks at all else.
  test(`${component}: attw finds nothing`, async () => {
    const attw = path("../node_modules/.bin/attw");
    await exec(attw, [tarball, "--profile", "esm-only"]).catch(({ stdout }) => assert.fail(stdout));
  });
}
