/** Where a credential's value goes in a request. It goes nowhere else. */

import { base64, encode } from "./bytes.mjs";
import { Refusal } from "./errors.mjs";
import { parse } from "./json.mjs";

/** @import { Credential } from "./contract.d.ts" */
/** @import { Signable, Signer } from "./types.d.ts" */
/** @import { Mask } from "./secrets.mjs" */
/** @import { Secret } from "./vault.mjs" */

/**
 * Puts a value into the headers, or gives the URL that has it.
 * @param {Credential} credential
 * @param {Secret} secret
 * @param {Signable} request
 * @param {{ signers: Record<string, Signer>, mask: Mask }} connection
 * @returns {Promise<URL>} to send the request to
 */
export async function place({ id, placement }, secret, request, { signers, mask }) {
  const { headers, url } = request;
  switch (placement.tag) {
    case "bearer":
      headers.set("authorization", `Bearer ${visible(id, secret.text)}`);
      return url;
    case "header":
      set(headers, placement.val.name, placement.val.prefix + visible(id, secret.text), id);
      return url;
    case "basic": {
      const value = basic(id, secret);
      mask.add(value);
      headers.set("authorization", `Basic ${value}`);
      return url;
    }
    case "query":
      return added(url, { [placement.val]: visible(id, secret.text) });
    case "other":
      return signed(id, placement.val, secret, request, signers);
  }
}

/**
 * A request that the host signs, by whoever was registered for the kind of signature.
 * @param {string} id
 * @param {import("./contract.d.ts").Extension} extension
 * @param {Secret} secret
 * @param {Signable} request
 * @param {Record<string, Signer>} signers
 */
async function signed(id, { name, value }, { value: given }, request, signers) {
  const signer = Object.hasOwn(signers, name) ? signers[name] : undefined;
  if (!signer) {
    throw new Refusal("extension", `the credential ${id} needs the signature ${JSON.stringify(name)}: give ` +
      "`connect` one in `signers`");
  }
  const shown = { ...request, url: new URL(request.url), headers: new Headers(request.headers) };
  const { headers = {}, query = {} } = await signer(shown, given, parse(value));
  for (const [name, value] of Object.entries(headers)) set(request.headers, name, value, id);
  return added(request.url, query);
}

/**
 * @param {string} id
 * @param {string} text
 */
function visible(id, text) {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new Refusal("credential", `the credential ${id} does not fit into a request`);
}

/**
 * RFC 7617. A secret that is no pair is the user, with an empty password.
 * @param {string} id
 * @param {Secret} secret
 */
function basic(id, { user, text }) {
  const plain = user === undefined ? `${text}:` : `${user}:${text}`;
  if (/\p{Cc}/u.test(plain) || (user ?? text).includes(":")) {
    throw new Refusal("credential", `the credential ${id} does not fit into a request`);
  }
  return base64(encode(plain));
}

/**
 * @param {Headers} headers
 * @param {string} name
 * @param {string} value
 * @param {string} id
 */
function set(headers, name, value, id) {
  try {
    headers.set(name, value);
  } catch {
    // What it says would quote the value.
    throw new Refusal("credential", `the header of the credential ${id} is not well formed`);
  }
}

/**
 * @param {URL} url
 * @param {Record<string, string>} query
 */
function added(url, query) {
  const more = new URLSearchParams(query).toString();
  if (more === "") return url;
  const target = new URL(url);
  // What is there stays as it is written.
  target.search = url.search === "" ? more : `${url.search}&${more}`;
  return target;
}
