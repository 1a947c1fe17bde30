/** What the shop answers, as it has to be. */

import { header, refusal, unexpected } from "./errors.js";
import { decode } from "./json.js";

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const isId = (id) => Number.isSafeInteger(id) || (typeof id === "string" && /^\d{1,20}$/.test(id));

/** Something that has an id. */
export const isThing = (value) => isObject(value) && isId(value.id);

/** The JSON object in an answer of success. */
export function read(response) {
  if (response.status < 200 || response.status >= 300) throw refusal(response);
  let body;
  try {
    body = decode(response.body);
  } catch {
    body = undefined;
  }
  if (!isObject(body)) throw odd(response);
  return body;
}

/** The object with an id that an answer has under this name. */
export function one(response, name) {
  const found = read(response)[name];
  if (!isThing(found)) throw odd(response);
  return found;
}

export function products(response) {
  const found = read(response).products;
  if (!Array.isArray(found) || !found.every(isThing)) throw odd(response);
  return found;
}

/** The address that the header `link` names as the next one. */
export function nextPage({ base }, response) {
  for (const [, url, parameters] of (header(response, "link") ?? "").matchAll(/<([^>]*)>([^,]*)/g)) {
    if (!/;\s*rel="?next"?/.test(parameters)) continue;
    if (!url.startsWith(`${base}/`)) throw unexpected("The next page would be in another shop.", response.status);
    return url;
  }
  return null;
}

const odd = ({ status }) => unexpected("The shop's answer is not what Shopify promises.", status);
