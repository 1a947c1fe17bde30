/** Which operation of the service a request is: told by its method and its path. */

import { decode, fromHex } from "./bytes.mjs";
import { Refusal } from "./errors.mjs";
import { word } from "./method.mjs";
import { covers } from "./policy.mjs";

/** @import { Effect, Method, Operation, OperationBase } from "./contract.d.ts" */

/**
 * One part of a path: a text, as it is and as the most lenient server compares it, or a name, which
 * stands for any one that is not empty.
 * @typedef {{ exact: string, folded: string } | typeof NAME} Segment
 */

/** @typedef {{ operation: Operation, segments: Segment[] }} Row */

/** @typedef {{ origin: string, environment?: string, segments: Segment[] }} Place */

/**
 * What a request does. Where more than one operation fits, all of them together.
 * @typedef {Pick<Operation, "id" | "scopes" | "effect" | "destructive">} Meaning
 */

const NAME = Symbol("name");

/** How often something may be percent-encoded. Nobody means more, and each round looks at all of it. */
const ROUNDS = 8;

/** Stands for bytes that are no text; no plain segment has it. */
const REPLACEMENT = "\ufffd";

const NOT_PLAIN = /[\p{Cc}/\\\ufffd]/u;

const WHITE = /\p{White_Space}/u;

/** Why a request is no operation of the list. */
export const Unlisted = {
  unknown: "it is no operation that the connector lists",
  "not-plain": "its path has an empty or dotted segment, or one with an encoded slash",
  ambiguous: "a service that compares paths otherwise could take it for another operation",
};

/** What a connector says about the operations of its service. */
export class Operations {
  #bases;
  /** @type {Map<string, Row[]>} by method and number of segments */
  #rows = new Map();

  /**
   * Throws when the lists do not hold together.
   * @param {OperationBase[]} bases
   * @param {Operation[]} all
   * @param {string[]} origins of the descriptor
   */
  constructor(bases, all, origins) {
    if (bases.length === 0) throw new Refusal("contract", "operations: they have no base");
    this.#bases = bases.map((base) => place(base, origins));
    for (const row of all.map(rowOf)) {
      const key = `${keyOf(row.operation.method)} ${row.segments.length}`;
      this.#rows.set(key, [...(this.#rows.get(key) ?? []), row]);
    }
  }

  /**
   * What a request of this method to this URL does in an environment. A path that a service may read
   * otherwise than this driver does is no operation.
   * @param {string | undefined} environment
   * @param {Method} method
   * @param {URL} url
   * @returns {{ meaning: Meaning } | { why: keyof typeof Unlisted }}
   */
  find(environment, method, url) {
    const path = url.pathname === "/" ? [] : url.pathname.slice(1).split("/");
    if (!path.every(isPlain)) return { why: "not-plain" };
    /** @type {Method} */
    const listed = method.tag === "head" ? { tag: "get" } : method;
    const bases = this.#bases.filter((base) =>
      base.origin === url.origin && (base.environment ?? environment) === environment);
    const fitting = (/** @type {"exact" | "folded"} */ form, /** @type {string[]} */ texts) =>
      mostSpecial(this.#fitting(bases, listed, form, texts));
    const exact = fitting("exact", path);
    const loose = fitting("folded", path.map(folded));
    if (exact.length !== loose.length || exact.some((row, at) => row !== loose[at])) {
      return { why: "ambiguous" };
    }
    if (exact.length === 0) return { why: "unknown" };
    return { meaning: together(listed, exact.map(({ operation }) => operation)) };
  }

  /**
   * The operations of a method whose paths fit.
   * @param {Place[]} bases
   * @param {Method} method
   * @param {"exact" | "folded"} form
   * @param {string[]} texts
   */
  #fitting(bases, method, form, texts) {
    /** @type {{ row: Row, isText: boolean[] }[]} */
    const fitting = [];
    for (const base of bases) {
      const key = `${keyOf(method)} ${texts.length - base.segments.length}`;
      for (const row of this.#rows.get(key) ?? []) {
        const segments = [...base.segments, ...row.segments];
        if (segments.every((segment, at) => segment === NAME || segment[form] === texts[at])) {
          fitting.push({ row, isText: segments.map((segment) => segment !== NAME) });
        }
      }
    }
    return fitting;
  }
}

/**
 * Of two effects, the one that allows less.
 * @param {Effect} one
 * @param {Effect} other
 * @returns {Effect}
 */
export function stricter(one, other) {
  if (one === "write" || other === "write") return "write";
  return one === "idempotent" || other === "idempotent" ? "idempotent" : "read";
}

/**
 * What replaces, changes or takes away is no read, whatever is said about it.
 * @param {Method} method
 * @param {Effect} said
 */
export function atLeast(method, said) {
  const may = method.tag === "get" || method.tag === "head" || method.tag === "post";
  return may ? said : stricter(said, "idempotent");
}

/**
 * Tells methods apart; one of the contract's that is written as another one is none of them.
 * @param {Method} method
 */
function keyOf(method) {
  return method.tag === "other" ? `other ${word(method)}` : method.tag;
}

/**
 * A path as the most lenient server compares it: decoded, and with the ways out of it taken.
 * @param {URL} url
 */
export function foldedPath(url) {
  /** @type {string[]} */
  const path = [];
  for (const segment of decoded(url.pathname).split(/[/\\]/)) {
    const plain = trimmed(segment.split(";")[0]);
    if (plain === "..") path.pop();
    else if (plain !== "" && plain !== ".") path.push(folded(plain));
  }
  return path.join("/");
}

/**
 * @param {Method} method
 * @param {Operation[]} operations at least one
 * @returns {Meaning}
 */
function together(method, operations) {
  return {
    id: operations.map(({ id }) => id).join(", "),
    scopes: [...new Set(operations.flatMap(({ scopes }) => scopes))],
    effect: operations.map(({ effect }) => effect).reduce(stricter, atLeast(method, "read")),
    destructive: operations.some(({ destructive }) => destructive),
  };
}

/**
 * Those of which no other has a text wherever they have one, and more.
 * @param {{ row: Row, isText: boolean[] }[]} fitting
 */
function mostSpecial(fitting) {
  /** @type {(one: boolean[], other: boolean[]) => boolean} */
  const below = (one, other) =>
    one.some((text, at) => text !== other[at]) && one.every((text, at) => other[at] || !text);
  const best = fitting.filter(({ isText }) => !fitting.some((other) => below(isText, other.isText)));
  return best.map(({ row }) => row);
}

/**
 * @param {OperationBase} base
 * @param {string[]} origins
 * @returns {Place}
 */
function place({ url: text, environment }, origins) {
  const wrong = (/** @type {string} */ why) =>
    new Refusal("contract", `operations: the base \`${text}\` ${why}`);
  if (!URL.canParse(text)) throw wrong("is no URL");
  const url = new URL(text);
  if (!origins.some((origin) => covers(origin, url))) throw wrong("is not on one of the origins");
  if (/[?#{}]|\/$/.test(text)) throw wrong("has a query, a name in braces or a slash at its end");
  const segments = segmentsOf(url.pathname);
  if (segments === undefined) throw wrong("has a path that is not plain");
  return { origin: url.origin, environment, segments };
}

/**
 * @param {Operation} operation
 * @returns {Row}
 */
function rowOf(operation) {
  const { id, path } = operation;
  const segments = segmentsOf(path);
  if (segments === undefined) {
    throw new Refusal("contract", `operations: the path \`${path}\` of \`${id}\` is not plain`);
  }
  return { operation, segments };
}

/**
 * Undefined when it is not a path of texts and names.
 * @param {string} path
 * @returns {Segment[] | undefined}
 */
function segmentsOf(path) {
  if (path === "" || path === "/") return [];
  if (!path.startsWith("/")) return undefined;
  const texts = path.slice(1).split("/");
  const isName = (/** @type {string} */ text) => /^\{[^{}]+\}$/.test(text);
  if (!texts.every((text) => isName(text) || (!/[{}?#]/.test(text) && isPlain(text)))) return undefined;
  return texts.map((text) => (isName(text) ? NAME : { exact: text, folded: folded(text) }));
}

/**
 * Whether every server reads it as one segment, and as no way to another path: also one that decodes
 * more than once, and one that takes what follows a semicolon for a parameter.
 * @param {string} segment
 */
function isPlain(segment) {
  const text = decoded(segment);
  return !NOT_PLAIN.test(text) && /[^.]/.test(trimmed(text.split(";")[0]));
}

/**
 * As the most lenient server compares segments.
 * @param {string} segment
 */
function folded(segment) {
  const text = trimmed(decoded(segment).split(";")[0]);
  let end = text.length;
  while (text[end - 1] === ".") end--;
  return text.slice(0, end).toLowerCase();
}

/**
 * Without percent-encodings, however often they were applied. What has more than it may is marked by
 * a character that no plain segment has.
 * @param {string} text
 */
function decoded(text) {
  for (let round = 0; round < ROUNDS; round++) {
    const next = text.replace(/(?:%[0-9a-f]{2})+/gi, bytes);
    if (next === text) return text;
    text = next;
  }
  return text + REPLACEMENT;
}

/**
 * A text of its bytes, `%c3%a4`.
 * @param {string} encoded
 */
function bytes(encoded) {
  return decode(fromHex(encoded.replaceAll("%", "")));
}

/**
 * Without what Unicode takes for white space, at either end.
 * @param {string} text
 */
function trimmed(text) {
  let [start, end] = [0, text.length];
  while (start < end && WHITE.test(text[start])) start++;
  while (start < end && WHITE.test(text[end - 1])) end--;
  return text.slice(start, end);
}
