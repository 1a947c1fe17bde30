/** The bundle of a worker, as Cloudflare runs them. */

import { use } from "./use.mjs";

export default {
  fetch: async (request, { EMULATOR }) => Response.json(await use(JSON.parse(EMULATOR))),
};
