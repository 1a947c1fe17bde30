/** Calls the pack's functions as the platform does: through the runtime, in a process of its own. */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Everything that came out of a runtime: what it logged, and what it answered. */
export const seen = [];

/**
 * Starts the runtime with a pack. `end` ends it, and with it all that it knew.
 * @param {string} pack the folder
 */
export function start(pack) {
  const child = fork(fileURLToPath(new URL("runtime.cjs", import.meta.url)), [pack], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => seen.push(String(chunk)));
  }
  /**
   * @param {string} name of the function
   * @param {object} options
   * @param {string} [type] what the platform says that it is
   */
  const call = (name, options, type = "wrapper") =>
    new Promise((resolve, reject) => {
      child.once("exit", reject);
      child.once("message", ({ error, result }) => {
        child.off("exit", reject);
        seen.push(JSON.stringify({ error, result }));
        if (error) reject(Object.assign(new Error(error.errors[0].message), error));
        else resolve(result);
      });
      child.send({ options, extension: { type, function: name } });
    });
  return { call, end: () => child.kill() };
}
