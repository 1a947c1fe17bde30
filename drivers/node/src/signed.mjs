/** What a signature of a delivery is over: a template of the contract, filled in. */

import { word } from "./method.mjs";

/** @import { Delivery, Signature } from "./contract.d.ts" */

/** Braces that stand for themselves, names in braces, and text. */
const PART = /\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g;

/**
 * Undefined when the delivery lacks something that the template names, or nobody knows the name.
 * @param {string} template
 * @param {Signature} signature
 * @param {Delivery} delivery
 */
export function signedBytes(template, signature, delivery) {
  const parts = [];
  for (const [text, name] of template.matchAll(PART)) {
    const part = name !== undefined ? valueOf(name, signature, delivery)
      : text === "{{" ? "{" : text === "}}" ? "}" : text;
    if (part === undefined) return undefined;
    parts.push(typeof part === "string" ? Buffer.from(part) : part);
  }
  return Buffer.concat(parts);
}

/**
 * The values of a header, or of its elements with a name: it is a list of `name=value` then.
 * @param {Delivery} delivery
 * @param {string} header
 * @param {string} [element]
 */
export function valuesOf({ headers }, header, element) {
  const values = headers.filter(({ name }) => name.toLowerCase() === header.toLowerCase()).map(({ value }) => value);
  if (element === undefined) return values;
  const start = `${element}=`;
  return values.flatMap((value) => value.split(",")).map((each) => each.trim())
    .filter((each) => each.startsWith(start)).map((each) => each.slice(start.length));
}

/**
 * @param {string} name
 * @param {Signature} signature
 * @param {Delivery} delivery
 * @returns {string | Uint8Array | undefined}
 */
function valueOf(name, signature, delivery) {
  const [kind, of] = [name.replace(/:.*$/s, ""), name.slice(name.indexOf(":") + 1)];
  switch (name.includes(":") ? `${kind}:` : kind) {
    case "body": return delivery.body;
    case "method": return word(delivery.method);
    case "url": return delivery.url;
    case "path": return /^[^:]+:\/\/[^/?#]*([^#]*)/.exec(delivery.url)?.[1];
    case "header:": return valuesOf(delivery, of)[0];
    case "element:": return valuesOf(delivery, signature.header, of)[0];
    case "form": return form(delivery.body);
    default: return undefined;
  }
}

/** @param {Uint8Array} body */
function form(body) {
  const pairs = [...new URLSearchParams(Buffer.from(body).toString())];
  pairs.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
  return pairs.flat().join("");
}
