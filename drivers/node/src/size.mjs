/** Numbers of bytes: of 64 bits in the contract, and plain numbers everywhere else. */

import { Refusal } from "./errors.mjs";

/**
 * The same as a number. A `BigInt` beyond what a number holds exactly is refused.
 * @param {bigint | number} size
 * @param {string} what it is, for people
 */
export function bytes(size, what) {
  const number = Number(size);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new Refusal("blob", `${what} of ${size} bytes; the limit is ${Number.MAX_SAFE_INTEGER}`);
}
