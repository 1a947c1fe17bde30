/** Products: a list, one by its id, a new one, and the choices where an id is wanted. */

import { nextPage, one, products } from "./answers.js";
import { done, emit, query, send } from "./steps.js";

/** Products of a page, at most: those of a list may be large. */
const PAGE = 100;
const LARGEST = 250;

const page = (call, asked, state) => send(call, "get", `/products.json?${query(asked)}`, "page", state);

/** The first step of each action. */
export const ACTIONS = {
  "products.list": (call, { status, vendor }, { wanted }) =>
    page(call, { limit: Math.max(1, Math.min(wanted ?? PAGE, PAGE)), status, vendor }, { titled: null }),
  "products.get": (call, { product_id: id }) => send(call, "get", `/products/${id}.json`, "product"),
  // The shop knows no request again, so that it must not be sent twice.
  "products.create": (call, { tags, ...input }) => send(call, "post", "/products.json", "product", {}, {
    body: { product: { ...input, tags: tags?.join(", ") } }, effect: "write",
  }),
};

/** Those whose title contains a text. */
export const choices = (call, query) => page(call, { limit: LARGEST }, { titled: query ?? "" });

/** What a page holds goes on before the next one is asked for. */
function paged(call, { titled }, response) {
  const found = products(response);
  const items = titled === null ? found : found.map(choice).filter(({ title }) => contains(title, titled));
  return emit(call, items, "more", { titled, next: nextPage(call, response) });
}

const choice = ({ id, title }) => ({ value: String(id), title: String(title ?? id) });
const contains = (title, text) => title.toLowerCase().includes(text.toLowerCase());

const more = (call, { titled, next }) =>
  (next === null ? done(null) : send(call, "get", next, "page", { titled }));

const isTextOrNone = (value) => value === null || typeof value === "string";
const has = { titled: isTextOrNone };

export const ANSWERED = {
  page: [has, paged],
  product: [{}, (_call, _state, response) => done(one(response, "product"))],
};
export const PROCEEDED = { more: [{ ...has, next: isTextOrNone }, more] };
