/** Settings in the hosts of a descriptor's addresses: `https://{shop}.example.com`. */

import { Refusal } from "./errors.mjs";

/** @import { Descriptor, OperationBase } from "./contract.d.ts" */

/**
 * Whether any address holds a setting.
 * @param {Descriptor} descriptor
 * @param {OperationBase[]} bases
 */
export function holdsSettings({ origins, credentials }, bases) {
  const bound = credentials.flatMap(({ origins }) => origins.map(({ origin }) => origin));
  const endpoints = credentials.flatMap(({ source }) => (source.tag === "oauth2" ? source.val.endpoints : []));
  const urls = endpoints.flatMap(({ authorizeUrl, tokenUrl, revokeUrl = "" }) => [authorizeUrl, tokenUrl, revokeUrl]);
  return [...origins, ...bound, ...urls, ...bases.map(({ url }) => url)].some((address) => BRACED.test(address));
}

/** An address whose host holds a setting. */
const BRACED = /^[a-z]+:\/\/[^/]*\{/;

/** What a part of a label may be. */
const PART = /^[a-z0-9-]{1,63}$/;
/** What a whole host name may be: two labels at least. */
const HOST = /^(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))+$/;

/**
 * The same with the settings of a connection in every address; what they leave open has the default
 * that the schema of the settings gives. Throws, naming the setting, when one is missing or cannot be
 * part of an address.
 * @param {Descriptor} descriptor
 * @param {OperationBase[]} bases
 * @param {Record<string, unknown>} settings
 * @returns {{ descriptor: Descriptor, bases: OperationBase[] }}
 */
export function fill(descriptor, bases, settings) {
  /** @param {string} address */
  const filled = (address) => address.includes("{") ? address.replace(ADDRESS, (_, scheme, host) =>
    scheme + host.replace(/\{([^{}]*)\}/g, (/** @type {string} */ whole, /** @type {string} */ name) =>
      part(name, valueOf(name), whole === host))) : address;
  const known = properties(descriptor.settings);
  const valueOf = (/** @type {string} */ name) => settings[name] ?? known[name]?.default;
  const credentials = descriptor.credentials.map((credential) => ({
    ...credential,
    source: sourceOf(credential.source, filled),
    origins: credential.origins.map((bound) => ({ ...bound, origin: filled(bound.origin) })),
  }));
  return {
    descriptor: { ...descriptor, origins: descriptor.origins.map(filled), credentials },
    bases: bases.map((base) => ({ ...base, url: filled(base.url) })),
  };
}

/** Scheme and host: settings elsewhere stay as they are, and are then no address. */
const ADDRESS = /^([a-z]+:\/\/)([^/]*)/;

/**
 * @param {Descriptor["credentials"][number]["source"]} source
 * @param {(address: string) => string} filled
 * @returns {Descriptor["credentials"][number]["source"]}
 */
function sourceOf(source, filled) {
  if (source.tag !== "oauth2") return source;
  const endpoints = source.val.endpoints.map((each) => ({
    ...each,
    authorizeUrl: filled(each.authorizeUrl),
    tokenUrl: filled(each.tokenUrl),
    revokeUrl: each.revokeUrl && filled(each.revokeUrl),
  }));
  return { ...source, val: { ...source.val, endpoints } };
}

/**
 * @param {string} name of the setting
 * @param {unknown} value
 * @param {boolean} isWhole whether it is the whole host
 */
function part(name, value, isWhole) {
  const text = typeof value === "string" || typeof value === "number" ? String(value).toLowerCase() : "";
  const why = (/** @type {string} */ why) => new Refusal("settings", `the setting \`${name}\` ${why}`);
  if (text === "") throw why("is missing: it is part of the service's address");
  if (isWhole && !(HOST.test(text) && isName(text))) throw why("must be a host name");
  if (!isWhole && !PART.test(text)) {
    throw why("must have letters, digits and hyphens only: it is part of the service's address");
  }
  return text;
}

/**
 * No address in numbers, however it is written: those lead into private networks.
 * @param {string} text
 */
function isName(text) {
  const url = `https://${text}`;
  return URL.canParse(url) && new URL(url).hostname === text && /[a-z][^.]*$/.test(text);
}

/**
 * The members of a schema.
 * @param {string} schema JSON
 * @returns {Record<string, { default?: unknown }>}
 */
function properties(schema) {
  try {
    return JSON.parse(schema).properties ?? {};
  } catch {
    return {};
  }
}
