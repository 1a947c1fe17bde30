/**
 * JSON whose digits survive. A number that JavaScript holds exactly is a number; any other is a
 * text, exactly as it was written: whole numbers beyond 2^53 and numbers of more digits than a
 * double has. On the way in a `BigInt` is a number with all its digits.
 */

/**
 * A number that may lose something: long enough, or with an exponent of three digits. It begins
 * where numbers can begin, so that the digits in texts are rarely looked at.
 */
const SUSPECT = /(?:^|[\s:,[])-?\d(?:[\d.]{15}|[\d.]*[eE][+-]?\d{3})/;

/** What stands between texts and may be a number. */
const WRITTEN = /-?\d[\d.eE+-]{3,}/g;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The fewest digits that a double may not hold. */
const DIGITS = 16;

/**
 * As `JSON.parse`, with the same errors.
 * @param {string} text
 * @returns {any}
 */
export function parse(text) {
  return JSON.parse(SUSPECT.test(text) ? quoted(text) : text);
}

/**
 * As `JSON.stringify`, also of values with `BigInt` in them.
 * @param {unknown} value
 * @returns {string}
 */
export function stringify(value) {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // So it is for a `BigInt`, and for what holds itself, which fails again.
    if (!(error instanceof TypeError)) throw error;
  }
  // Nobody else can write this into a text.
  const mark = crypto.randomUUID();
  const text = JSON.stringify(value, (_, member) => (typeof member === "bigint" ? `${mark}${member}` : member));
  return text.replace(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1");
}

/**
 * Whether a double is exactly the number that is written.
 * @param {string} written a number of JSON
 */
export function isExact(written) {
  const value = Number(written);
  if (/^-?\d+$/.test(written)) return Number.isSafeInteger(value);
  return Number.isFinite(value) && decimal(written) === decimal(String(value));
}

/**
 * The text with every number that is not exact between quotes.
 * @param {string} text
 */
function quoted(text) {
  const made = [];
  for (let at = 0; at < text.length; ) {
    const quote = text.indexOf('"', at);
    const between = quote < 0 ? text.slice(at) : text.slice(at, quote);
    made.push(between.length < 4 ? between : between.replace(WRITTEN, kept));
    if (quote < 0) break;
    at = end(text, quote);
    made.push(text.slice(quote, at));
  }
  return made.join("");
}

/**
 * @param {string} written
 * @param {number} at where in the text
 * @param {string} text
 */
function kept(written, at, text) {
  if (written.length < DIGITS && !/[eE]/.test(written)) return written;
  // What is no JSON stays as it is, so that it is not taken for some.
  if (!NUMBER.test(written) || isName(text, at + written.length)) return written;
  return isExact(written) ? written : `"${written}"`;
}

/**
 * Whether a colon follows.
 * @param {string} text
 * @param {number} at
 */
function isName(text, at) {
  while (" \t\n\r".includes(text[at] ?? "-")) at += 1;
  return text[at] === ":";
}

/**
 * Behind the quote that ends a text.
 * @param {string} text
 * @param {number} start of the text: its first quote
 */
function end(text, start) {
  for (let quote = start; ; ) {
    quote = text.indexOf('"', quote + 1);
    if (quote < 0) return text.length;
    let before = quote;
    while (text[before - 1] === "\\") before -= 1;
    if ((quote - before) % 2 === 0) return quote + 1;
  }
}

/**
 * Digits and exponent of a number in one way of writing: `1.50e3` and `1500` are `15e2`.
 * @param {string} written
 */
function decimal(written) {
  const [, sign, whole, part = "", exponent = "0"] =
    /** @type {string[]} */ (/^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(written));
  const digits = whole + part;
  let [first, last] = [0, digits.length];
  while (digits[first] === "0") first += 1;
  if (first === last) return "0";
  while (digits[last - 1] === "0") last -= 1;
  return `${sign}${digits.slice(first, last)}e${Number(exponent) - part.length + digits.length - last}`;
}
