/** What a signature of a delivery is over: a template of the contract, filled in. */

import { compare, concat, decode, encode } from "./bytes.mjs";
import { word } from "./method.mjs";

/** @import { Delivery } from "./contract.d.ts" */

/** Braces that stand for themselves, names in braces, and text. */
const PART = /\{\{|\}\}|\{([^{}]*)\}|[^{}]+|[{}]/g;

/**
 * Undefined when the delivery does not have what the template names exactly once, or nobody knows the
 * name.
 * @param {string} template
 * @param {Delivery} delivery
 * @param {string} line the header that holds the signature
 */
export function filled(template, delivery, line) {
  const parts = [];
  for (const [text, name] of template.matchAll(PART)) {
    const part = name !== undefined ? valueOf(name, delivery, line)
      : text === "{{" ? "{" : text === "}}" ? "}" : text === "{" || text === "}" ? undefined : text;
    if (part === undefined) return undefined;
    parts.push(typeof part === "string" ? encode(part) : part);
  }
  return concat(parts);
}

/**
 * The values of all headers with this name.
 * @param {Delivery} delivery
 * @param {string} header
 */
export function headers(delivery, header) {
  const named = delivery.headers.filter(({ name }) => name.toLowerCase() === header.toLowerCase());
  return named.map(({ value }) => value);
}

/**
 * The values with this name in a header that is a list of `name=value`.
 * @param {string} line
 * @param {string} element
 */
export function elements(line, element) {
  const pairs = line.split(",").map((each) => /^([^=]*)=(.*)$/s.exec(each));
  return pairs.flatMap((pair) => (pair && pair[1].trim() === element ? [pair[2].trim()] : []));
}

/**
 * @param {string} name
 * @param {Delivery} delivery
 * @param {string} line
 * @returns {string | Uint8Array | undefined}
 */
function valueOf(name, delivery, line) {
  const [, kind, of] = /^([^:]*)(?::(.+))?$/s.exec(name) ?? [];
  switch (of === undefined ? kind : `${kind}:`) {
    case "body": return delivery.body;
    case "method": return word(delivery.method);
    case "url": return delivery.url;
    case "path": return path(delivery.url);
    case "form": return form(delivery.body);
    case "header:": return only(headers(delivery, of));
    case "element:": return only(elements(line, of));
    default: return undefined;
  }
}

/**
 * Which of several was signed, nobody can tell.
 * @param {string[]} values
 */
const only = (values) => (values.length === 1 ? values[0] : undefined);

/**
 * From the path of an address on, with the query, as it is written.
 * @param {string} url
 */
const path = (url) => url.replace(/^.*?:\/\//s, "").replace(/^[^/?]*/, "") || "/";

/**
 * The pairs of a form in order, each once, with nothing between.
 * @param {Uint8Array} body
 */
function form(body) {
  // A question mark at the start would not be read.
  const pairs = [...new URLSearchParams(`&${decode(body)}`)];
  const once = new Map(pairs.map((pair) => [JSON.stringify(pair), pair.map(encode)]));
  const sorted = [...once.values()].sort(([a, b], [c, d]) => compare(a, c) || compare(b, d));
  return concat(sorted.flat());
}
