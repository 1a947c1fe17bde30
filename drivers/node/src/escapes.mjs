/** Texts with their escapes undone, and where each character stood. */

/** A character as JSON, a URL or HTML write it. */
const JSON_ESCAPE = String.raw`\\u00(?<json>[0-9a-f]{2})|\\(?<plain>["\\/])`;
const URL_ESCAPE = "%(?<url>[0-9a-f]{2})";
const HTML_ESCAPE = "&#x0{0,2}(?<hex>[0-9a-f]{2});|&#0{0,2}(?<decimal>[0-9]{2,3});|&(?<name>amp|lt|gt|quot|apos);";

const [inJson, inUrl, inAll] = [JSON_ESCAPE, URL_ESCAPE, `${JSON_ESCAPE}|${URL_ESCAPE}|${HTML_ESCAPE}`]
  .map((pattern) => new RegExp(pattern, "gi"));

/** What is undone, in turn: one may be in another, and a text may hold what looks like an escape. */
const WAYS = [[], [inJson], [inJson, inJson], [inUrl], [inUrl, inUrl], [inAll], [inAll, inAll], [inAll, inAll, inAll]];

/** The most characters that one character takes in the ways above. */
export const WIDEST = 16;

const NAMED = /** @type {Record<string, string>} */ (
  { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" });

/**
 * A text without escapes, and for each of its characters, and for its end, where it begins in the
 * original.
 * @typedef {{ text: string, at: (index: number) => number }} Plain
 */

/**
 * The text itself, and what it may stand for.
 * @param {string} text
 * @returns {Generator<Plain>}
 */
export function* readings(text) {
  for (const way of WAYS) {
    /** @type {Plain} */
    let plain = { text, at: (index) => index };
    for (const escape of way) {
      const before = plain;
      plain = undone(before, escape);
      if (plain === before) break;
    }
    if (way.length === 0 || plain.text !== text) yield plain;
  }
}

/**
 * @param {Plain} plain
 * @param {RegExp} escape
 * @returns {Plain}
 */
function undone(plain, escape) {
  const parts = [];
  /** Behind each escape: where in the new text, and how much shorter that is so far. */
  const [ends, shorter] = [[0], [0]];
  let [from, length] = [0, 0];
  for (const { index, 0: whole, groups = {} } of plain.text.matchAll(escape)) {
    parts.push(plain.text.slice(from, index), character(groups));
    length += index - from + 1;
    from = index + whole.length;
    ends.push(length);
    shorter.push(from - length);
  }
  if (parts.length === 0) return plain;
  parts.push(plain.text.slice(from));
  return {
    text: parts.join(""),
    at(index) {
      let [low, high] = [0, ends.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (ends[middle] <= index) low = middle;
        else high = middle;
      }
      return plain.at(index + shorter[low]);
    },
  };
}

/** @param {Record<string, string | undefined>} groups one of which is there */
function character({ json, url, hex, decimal, plain, name }) {
  const code = json ?? url ?? hex;
  if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
  if (decimal !== undefined) return String.fromCharCode(Number(decimal));
  return plain ?? NAMED[/** @type {string} */ (name).toLowerCase()];
}
