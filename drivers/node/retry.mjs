/** One pending request until the connector has an answer that it can go on with. */

import { setTimeout as sleep } from "node:timers/promises";

import { ConnectorError } from "./errors.mjs";
import { deliver } from "./http.mjs";

/** @import { PendingRequest, Reply, Request, Step } from "./contract.d.ts" */
/** @import { Wire } from "./http.mjs" */
/** @import { Policy } from "./types.d.ts" */

/**
 * Sends the request and resumes. When that fails in a way that a repeat can mend, the same request
 * is sent again and the same checkpoint resumed.
 * @param {PendingRequest} pending
 * @param {object} host
 * @param {(checkpoint: Uint8Array, reply: Reply) => Step} host.resume
 * @param {Wire} host.wire
 * @param {AbortSignal} [host.signal]
 */
export async function exchange({ request, checkpoint }, { resume, wire, signal }) {
  let renewed = false;
  for (let attempt = 1; ; attempt++) {
    const { reply, left, secret } = await deliver(request, wire, signal);
    try {
      return resume(checkpoint, reply);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      if (error.kind === "unauthenticated" && request.credential ) {
        renewed = true;
        if (await wire.vault.renew(request.credential, secret)) continue;
      }
      const ms = wait(error, request, left, attempt, wire.policy);
      if (ms === undefined) throw error;
      await pause(ms, signal);
    }
  }
}

/**
 * Waits, or throws the signal's reason.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 */
export async function pause(ms, signal) {
  await sleep(ms, undefined, { signal }).catch(() => signal?.throwIfAborted());
}

/**
 * How long to wait before the same request is sent again, or nothing: never.
 * @param {ConnectorError} error
 * @param {Request} request
 * @param {boolean} left whether the request may have reached the service
 * @param {number} attempt how often it was sent
 * @param {Policy} policy
 */
export function wait(error, request, left, attempt, policy) {
  const mendable =
    error.kind === "rate-limited" ||
    (error.kind === "unavailable" && (request.effect !== "write" || !left));
  if (!mendable || attempt >= policy.attempts) return undefined;
  // A random part keeps many callers from coming back at the same moment.
  const backoff = policy.backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
  const ms = error.retryAfterMs ?? Math.min(backoff, policy.maxWaitMs);
  return ms <= policy.maxWaitMs ? ms : undefined;
}
