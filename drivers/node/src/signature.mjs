/** Whether a delivery is the service's: by the rules that the webhook gives. */

import { createHash, createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";

import { elements, filled, headers } from "./signed.mjs";

/** @import { Delivery, Encoding, Signature } from "./contract.d.ts" */
/** @import { Verdict } from "./types.d.ts" */

/** What stands before the 32 bytes of a public key (RFC 8410). */
const ED25519 = Buffer.from("302a300506032b6570032100", "hex");

/** From here on a time is one of milliseconds. */
const MILLISECONDS = 100_000_000_000;

const HMAC = new Map([["hmac-sha256", "sha256"], ["hmac-sha1", "sha1"], ["hmac-sha512", "sha512"]]);

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
  for (const signature of signatures) verdicts.push(judgeOne(signature, delivery, await keyOf(signature.key)));
  // One that is right is enough; of the others what is worst counts.
  const order = /** @type {const} */ (["right", "wrong", "absent", "keyless"]);
  return order.find((verdict) => verdicts.includes(verdict)) ?? "wrong";
}

/**
 * @param {Signature} signature
 * @param {Delivery} delivery
 * @param {string | undefined} written the key
 * @returns {Verdict}
 */
function judgeOne(signature, delivery, written) {
  // With an empty text anybody could sign.
  if (!written) return "keyless";
  const lines = headers(delivery, signature.header);
  if (lines.length === 0) return "absent";
  const key = decoded(written, signature.keyEncoding);
  const isReadable = key?.length && lines.length <= MOST && lines.every(({ length }) => length <= LONGEST);
  return isReadable && lines.some((line) => isRight(signature, delivery, line, key)) ? "right" : "wrong";
}

/**
 * @param {Signature} signature
 * @param {Delivery} delivery
 * @param {string} line the header that holds it
 * @param {Buffer} key
 */
function isRight({ element, prefix, encoding, algorithm, signed, time }, delivery, line, key) {
  const values = element === undefined ? [line.trim()] : elements(line, element);
  const found = values.filter((value) => value.startsWith(prefix))
    .map((value) => decoded(value.slice(prefix.length), encoding)).filter((bytes) => bytes !== undefined);
  if (found.length === 0 || found.length > MOST) return false;
  if (time && !isNow(filled(time.time, delivery, line)?.toString(), time.toleranceMs)) return false;
  const bytes = filled(signed, delivery, line);
  return bytes !== undefined && found.some((one) => fits(algorithm.tag, key, bytes, one));
}

/**
 * @param {Signature["algorithm"]["tag"]} algorithm
 * @param {Buffer} key
 * @param {Buffer} signed
 * @param {Buffer} signature
 */
function fits(algorithm, key, signed, signature) {
  const hash = HMAC.get(algorithm);
  if (hash) return equal(createHmac(hash, key).update(signed).digest(), signature);
  if (algorithm === "token") return equal(key, signature);
  if (algorithm !== "ed25519" || key.length !== 32 || signature.length !== 64) return false;
  const point = createPublicKey({ key: Buffer.concat([ED25519, key]), format: "der", type: "spki" });
  return verify(null, signed, point, signature);
}

/**
 * In a time that does not tell where they differ.
 * @param {Buffer} one
 * @param {Buffer} other
 */
function equal(one, other) {
  const digest = (/** @type {Buffer} */ bytes) => createHash("sha256").update(bytes).digest();
  return timingSafeEqual(digest(one), digest(other));
}

/**
 * @param {string} text
 * @param {Encoding} encoding
 */
function decoded(text, encoding) {
  if (encoding === "plain") return Buffer.from(text);
  if (encoding === "hex") return /^([0-9a-f]{2})*$/i.test(text) ? Buffer.from(text, "hex") : undefined;
  const standard = text.replaceAll("-", "+").replaceAll("_", "/");
  const bytes = Buffer.from(standard, "base64");
  // What Buffer passes over was not written so.
  const full = bytes.toString("base64");
  return [full, full.replace(/=+$/, "")].includes(standard) ? bytes : undefined;
}

/**
 * @param {string | undefined} text
 * @param {number} tolerance milliseconds
 */
function isNow(text, tolerance) {
  if (!/^\d{1,15}$/.test(text ?? "")) return false;
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
