/** What a worker runs: the component of a folder that `transpile.mjs` wrote. */

import { parentPort, workerData } from "node:worker_threads";

import { load } from "./load.mjs";
import { serve } from "./serve.mjs";

serve(await load(workerData.folder), /** @type {import("node:worker_threads").MessagePort} */ (parentPort));
