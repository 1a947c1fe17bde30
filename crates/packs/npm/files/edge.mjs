/** The connector where its core modules are given: `connectWith(modules)` gives `connect`. */

import { instantiate } from "./component/component.js";
import { component, connect } from "./driver/edge.mjs";

export { ConnectorError, Refusal, blobs, transport } from "./driver/edge.mjs";

/** All connections of what it gives share one instance. */
export const connectWith = (modules) => {
  const made = component(instantiate, modules);
  return (options) => connect(made, options);
};

/** So that code for Node can be bundled for elsewhere, and says what is missing when it comes to that. */
export const files = () => {
  throw new TypeError("there are no files here: `blobs` takes what a call may name");
};
