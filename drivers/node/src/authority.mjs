/**
 * The one place that decides whether a request may be sent: by what it does, not by what asked for
 * it.
 */

import { ConnectorError, Refusal } from "./errors.mjs";
import { Links } from "./links.mjs";
import { reads, word } from "./method.mjs";
import { Unlisted, atLeast, foldedPath, stricter } from "./operations.mjs";

/** @import { Credential, Descriptor, Effect, Request } from "./contract.d.ts" */
/** @import { About } from "./declared.mjs" */
/** @import { Meaning, Operations } from "./operations.mjs" */
/** @import { Permission } from "./types.d.ts" */

/** Headers by which some servers take a request for one of another method or path. */
const REROUTING = new Set([
  "x-http-method", "x-http-method-override", "x-method-override", "x-original-url",
  "x-override-url", "x-rewrite-url",
]);

/** The contract's code for a refusal because of scopes. */
const MISSING = "missing-scope";

/**
 * What is known of a request: its operation; or the connector does not list it, and that is allowed;
 * or it lists none at all.
 * @typedef {Meaning | "unlisted" | "no list"} Known
 */

/** Decides about all requests of one connection. */
export class Authority {
  #descriptor;
  #environment;
  #operations;
  #permission;
  #links;

  /**
   * @param {Descriptor} descriptor
   * @param {string | undefined} environment
   * @param {Operations | undefined} operations what the connector says about them, if it does
   * @param {Permission} permission
   */
  constructor(descriptor, environment, operations, permission) {
    this.#descriptor = descriptor;
    this.#environment = environment;
    this.#operations = operations;
    this.#permission = permission;
    this.#links = permission.links && new Links(permission.links);
  }

  /**
   * Says what sending the request twice does: never less than the connector's list of operations
   * says. Throws when the request may not be sent.
   * @param {Request} request whose credential may go to the URL
   * @param {URL} url that it is sent to
   * @param {About} call
   * @param {Credential} [credential] that travels with it
   * @returns {Promise<Effect>}
   */
  async admit(request, url, call, credential) {
    const { readOnly, noDestructive, granted } = this.#permission;
    const floor = atLeast(request.method, request.effect);
    if (credential === undefined) {
      // Nobody's rights go with it; what it says about itself is not to be relied on.
      if (readOnly && !reads(request.method)) throw notAllowed(`${shown(request)} may change something`);
      return floor;
    }
    const rerouting = request.headers.find(({ name }) => REROUTING.has(name.toLowerCase()));
    if (rerouting) {
      const message = `the header ${JSON.stringify(rerouting.name)} makes another request of this one`;
      throw new Refusal("request-header", message);
    }
    const known = this.#known(request, url);
    const declared = granted || noDestructive ? await call.declared() : { scopes: [], destructive: false };
    const { effect, isRead, destructive } = does(known, request, declared.destructive);
    const name = typeof known === "string" ? shown(request) : `\`${known.id}\``;
    if (readOnly && !isRead) throw notAllowed(`${name} changes something`);
    if (noDestructive && destructive) throw notAllowed(`${name} takes something away, or may do so`);
    if (!isRead) this.#links?.check(request);
    this.#checkScopes(credential, known, declared.scopes, call.subject);
    return stricter(floor, effect);
  }

  /**
   * What sending the request twice does, for whoever runs the loop and sends nothing that `admit`
   * does not take.
   * @param {Request} request
   */
  effect(request) {
    const floor = atLeast(request.method, request.effect);
    if (request.credential === undefined || !URL.canParse(request.url)) return floor;
    const found = this.#operations?.find(this.#environment, request.method, new URL(request.url));
    return found && "meaning" in found ? stricter(floor, found.meaning.effect) : floor;
  }

  /**
   * @param {Request} request
   * @param {URL} url
   * @returns {Known}
   */
  #known(request, url) {
    if (!this.#operations) return "no list";
    const found = this.#operations.find(this.#environment, request.method, url);
    if ("meaning" in found) return found.meaning;
    const refuse = (/** @type {string} */ why) => new Refusal("operation", `${shown(request)}: ${why}`);
    if (isEndpoint(this.#descriptor, url)) throw refuse("only the connection itself asks for tokens");
    // It may be one that is listed, with other scopes than this one would need.
    if (found.why !== "unknown") throw refuse(Unlisted[found.why]);
    if (this.#permission.allowUnlisted) return "unlisted";
    throw refuse(`${Unlisted.unknown}, and others are not allowed here`);
  }

  /**
   * What was granted belongs to a credential of OAuth.
   * @param {Credential} credential
   * @param {Known} known
   * @param {string[]} declared
   * @param {string} subject
   */
  #checkScopes({ source }, known, declared, subject) {
    const { granted } = this.#permission;
    if (!granted || source.tag !== "oauth2") return;
    const operation = typeof known === "string" ? undefined : known;
    const needed = new Set([...declared, ...(operation?.scopes ?? [])]);
    const held = withImplied(granted, source.val.scopes);
    const lacking = [...needed].filter((scope) => !held.has(scope));
    if (lacking.length === 0) return;
    // What the call says about itself needs no operation for an explanation.
    const unexpected = operation && lacking.some((scope) => !declared.includes(scope));
    const who = unexpected ? `${subject} sends \`${operation.id}\`, which` : subject;
    const scopes = lacking.join(", ");
    throw new ConnectorError({
      kind: "forbidden",
      code: MISSING,
      message: `${who} needs scopes that were not granted: ${scopes}`,
      advice: `Connect again and grant ${scopes}.`,
      fields: [],
      details: JSON.stringify({ operation: operation?.id ?? null, scopes: lacking }),
    });
  }
}

/**
 * The scopes, and those that they hold.
 * @param {string[]} granted
 * @param {{ id: string, implies: string[] }[]} scopes all that there are
 */
function withImplied(granted, scopes) {
  const held = new Set(granted);
  // What is added while a set is gone through is gone through too.
  for (const id of held) for (const more of scopes.find((scope) => scope.id === id)?.implies ?? []) held.add(more);
  return held;
}

/**
 * @param {Known} known
 * @param {Request} request
 * @param {boolean} declared whether the call says that it takes something away
 * @returns {{ effect: Effect, isRead: boolean, destructive: boolean }}
 */
function does(known, { method }, declared) {
  const isRead = reads(method);
  // Nobody knows what it does, so it may do anything.
  if (known === "unlisted") return { effect: isRead ? "read" : "write", isRead, destructive: !isRead };
  // What the connector says about a call is all there is.
  if (known === "no list") {
    return { effect: "read", isRead, destructive: declared || method.tag === "delete" };
  }
  const { effect, destructive } = known;
  return { effect, isRead: effect === "read", destructive };
}

/** @param {string} what */
function notAllowed(what) {
  return new Refusal("permission", `${what}, and the caller may not`);
}

/**
 * Without the query, which may hold what people search for.
 * @param {Request} request
 */
function shown({ method, url }) {
  return `\`${word(method)} ${url.split(/[?#]/)[0]}\``;
}

/**
 * Whether it is where tokens are given or ended, however it is written.
 * @param {Descriptor} descriptor
 * @param {URL} url
 */
function isEndpoint({ credentials }, url) {
  return credentials
    .flatMap(({ source }) => (source.tag === "oauth2" ? source.val.endpoints : []))
    .flatMap(({ tokenUrl, revokeUrl }) => [tokenUrl, revokeUrl ?? ""])
    .filter((text) => URL.canParse(text))
    .map((text) => new URL(text))
    .some((endpoint) => endpoint.origin === url.origin && foldedPath(endpoint) === foldedPath(url));
}
