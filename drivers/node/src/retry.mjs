/** One pending request until the connector goes on: what is sent again, and after which wait. */

import { ConnectorError } from "./errors.mjs";
import { send } from "./send.mjs";

/** @import { Effect, ErrorKind, PendingRequest, Reply, Step } from "./contract.d.ts" */
/** @import { Wire } from "./send.mjs" */
/** @import { Policy } from "./types.d.ts" */

/**
 * Sends a request, again where that helps and does no harm, and resumes with what came of it. Each
 * repeat is the same request, and resumes the same checkpoint.
 * @param {PendingRequest} pending
 * @param {object} host
 * @param {(checkpoint: Uint8Array, reply: Reply) => Step | Promise<Step>} host.resume
 * @param {Wire} host.wire
 * @param {AbortSignal} [host.signal]
 */
export async function answer(pending, { resume, wire, signal }) {
  const { pause } = wire.platform.timers;
  let renewed = false;
  for (let tries = 1; ; tries++) {
    const { reply, left, lacking, credential, secret, effect } = await send(pending, wire, signal);
    /** @param {ErrorKind} kind */
    const mends = (kind) =>
      tries < wire.policy.tries && !lacking && harmless(kind, effect, left);
    if (reply.tag === "undelivered" && mends("unavailable")) {
      await pause(backoff(tries, wire.policy), signal);
      continue;
    }
    try {
      return await resume(pending.checkpoint, reply);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (error.kind === "unauthenticated" && credential !== undefined && secret && !renewed) {
        renewed = true;
        if (await wire.vault.renew(credential, secret)) continue;
      }
      const ms = error.retryAfterMs ?? backoff(tries, wire.policy);
      // Waiting less than the service asks for would only be refused again.
      if (!mends(error.kind) || ms > wire.policy.maxWaitMs) throw error;
      await pause(ms, signal);
    }
  }
}

/**
 * Whether a repeat after such a failure can help, and does no more than was asked for.
 * @param {ErrorKind} kind
 * @param {Effect} effect of the request
 * @param {boolean} left whether the request may have reached the service
 */
function harmless(kind, effect, left) {
  // A request that was refused for its number was not processed, so even a write did nothing.
  if (kind === "rate-limited") return true;
  return kind === "unavailable" && (effect !== "write" || !left);
}

/**
 * Doubles each time; half of it is chance, so that many callers do not return together.
 * @param {number} tries
 * @param {Policy} policy
 */
function backoff(tries, { backoffMs, maxWaitMs }) {
  return Math.min(backoffMs * 2 ** (tries - 1), maxWaitMs) * (0.5 + Math.random() / 2);
}
