/** Whether a delivery is the service's: by the rules that the webhook gives. */

import { base64, encode, fromBase64, fromHex, latin1 } from "./bytes.mjs";
import { elements, filled, headers } from "./signed.mjs";

/** @import { Delivery, Encoding, Signature } from "./contract.d.ts" */
/** @import { Verdict } from "./types.d.ts" */

/** From here on a time is one of milliseconds. */
const MILLISECONDS = 100_000_000_000;

const HMAC = new Map([["hmac-sha256", "SHA-256"], ["hmac-sha1", "SHA-1"], ["hmac-sha512", "SHA-512"]]);

/** Headers with the name, and signatures in one of them, at most: each is tried. */
const MOST = 8;

/** Characters of a header that holds signatures, at most. */
const LONGEST = 16 * 1024;

/**
 * @param {Signature[]} signatures of the webhook
 * @param {Delivery} delivery
 * @param {(key: Signature["key"]) => Promise<string | undefined>} keyOf
 * @returns {Promise<Verdict>}
 */
export async function judge(signatures, delivery, keyOf) {
  if (signatures.length === 0) return "none";
  const verdicts = /** @type {Verdict[]} */ ([]);
  for (const signature of signatures) verdicts.push(await judgeOne(signature, delivery, await keyOf(signature.key)));
  // One that is right is enough; of the others what is worst counts.
  const order = /** @type {const} */ (["right", "wrong", "absent", "keyless"]);
  return order.find((verdict) => verdicts.includes(verdict)) ?? "wrong";
}

/**
 * @param {Signature} signature
 * @param {Delivery} delivery
 * @param {string | undefined} written the key
 * @returns {Promise<Verdict>}
 */
async function judgeOne(signature, delivery, written) {
  // With an empty text anybody could sign.
  if (!written) return "keyless";
  const lines = headers(delivery, signature.header);
  if (lines.length === 0) return "absent";
  const key = decoded(written, signature.keyEncoding);
  const isReadable = key?.length && lines.length <= MOST && lines.every(({ length }) => length <= LONGEST);
  if (!isReadable) return "wrong";
  for (const line of lines) if (await isRight(signature, delivery, line, key)) return "right";
  return "wrong";
}

/**
 * @param {Signature} signature
 * @param {Delivery} delivery
 * @param {string} line the header that holds it
 * @param {Uint8Array<ArrayBuffer>} key
 */
async function isRight({ element, prefix, encoding, algorithm, signed, time }, delivery, line, key) {
  const values = element === undefined ? [line.trim()] : elements(line, element);
  const found = values.filter((value) => value.startsWith(prefix))
    .map((value) => decoded(value.slice(prefix.length), encoding)).filter((bytes) => bytes !== undefined);
  if (found.length === 0 || found.length > MOST) return false;
  if (time && !isNow(filled(time.time, delivery, line), time.toleranceMs)) return false;
  const bytes = filled(signed, delivery, line);
  if (bytes === undefined) return false;
  for (const one of found) if (await fits(algorithm.tag, key, bytes, one)) return true;
  return false;
}

/**
 * @param {Signature["algorithm"]["tag"]} algorithm
 * @param {Uint8Array<ArrayBuffer>} key
 * @param {Uint8Array<ArrayBuffer>} signed
 * @param {Uint8Array<ArrayBuffer>} signature
 */
async function fits(algorithm, key, signed, signature) {
  const { subtle } = crypto;
  const hash = HMAC.get(algorithm);
  if (hash) {
    const made = await subtle.importKey("raw", key, { name: "HMAC", hash }, false, ["verify"]);
    return subtle.verify("HMAC", made, signature, signed);
  }
  if (algorithm === "token") return equal(key, signature);
  if (algorithm !== "ed25519" || key.length !== 32 || signature.length !== 64) return false;
  const point = await subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
  return subtle.verify("Ed25519", point, signature, signed);
}

/**
 * In a time that does not tell where they differ: what is compared is what a key that nobody knows
 * makes of them.
 * @param {Uint8Array<ArrayBuffer>} one
 * @param {Uint8Array<ArrayBuffer>} other
 */
async function equal(one, other) {
  const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]);
  return crypto.subtle.verify("HMAC", key, await crypto.subtle.sign("HMAC", key, one), other);
}

/**
 * @param {string} text
 * @param {Encoding} encoding
 */
function decoded(text, encoding) {
  if (encoding === "plain") return encode(text);
  if (encoding === "hex") return /^([0-9a-f]{2})*$/i.test(text) ? fromHex(text) : undefined;
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = fromBase64(standard);
  // Bits at the end that stand for nothing were not written so.
  const full = bytes && base64(bytes);
  return [full, full?.replace(/=+$/, "")].includes(standard) ? bytes : undefined;
}

/**
 * @param {Uint8Array | undefined} bytes
 * @param {number} tolerance milliseconds
 */
function isNow(bytes, tolerance) {
  const text = bytes && latin1(bytes);
  if (!text || !/^\d{1,15}$/.test(text)) return false;
  const written = Number(text);
  const at = written < MILLISECONDS ? written * 1000 : written;
  return Math.abs(Date.now() - at) <= tolerance;
}

/**
 * Where keys are: with the caller, in the subscription, or among the credentials.
 * @param {{ subscription?: unknown, clientSecret?: string }} known
 * @param {(id: string) => Promise<string | undefined>} credential
 * @returns {(key: Signature["key"]) => Promise<string | undefined>}
 */
export function keysOf({ subscription, clientSecret }, credential) {
  return async (key) => {
    switch (key.tag) {
      case "constant": return key.val;
      case "client-secret": return clientSecret;
      case "credential": return credential(key.val);
      case "subscription": return at(subscription, key.val);
    }
  };
}

/**
 * The text at a JSON pointer (RFC 6901).
 * @param {unknown} value
 * @param {string} pointer
 */
function at(value, pointer) {
  const names = pointer.split("/").slice(1).map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~"));
  const found = names.reduce((inner, name) =>
    inner !== null && typeof inner === "object" && Object.hasOwn(inner, name) ? inner[name] : undefined, /** @type {any} */ (value));
  return typeof found === "string" ? found : undefined;
}
