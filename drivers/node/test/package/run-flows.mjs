/** Runs the flows against an emulator: `node run-flows.mjs <emulator's JSON>`. */

import { connect } from "pinterest-connector";

import { flows } from "./flows.mjs";

const { access_token: token, routes } = JSON.parse(process.argv[2]);
const pinterest = connect({
  credentials: { "access-token": token },
  routes: Object.fromEntries(routes.map((route) => route.split("="))),
});
for (const [name, flow] of Object.entries(flows)) {
  await flow(pinterest).catch((error) => {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  });
}
console.log(`${Object.keys(flows).length} flows`);
