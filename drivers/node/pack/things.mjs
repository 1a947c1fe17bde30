/**
 * The things that a service keeps, as types: a board is a `Board`, whichever action gives it. What
 * identifies a thing is there wherever one is given, because the connector names it as the key of
 * its resource; all else may be absent.
 */

/** @import { ActionDescription, Connector } from "../src/types.d.ts" */

/** Schemas of fewer members may be alike by chance. */
const FEWEST = 3;

export class Things {
  /** By the schema as text. @type {Map<string, { name: string, schema: any }>} */
  #known = new Map();
  /** What actions of a resource give, by their id. @type {Map<string, string[]>} */
  #keys = new Map();

  /** @param {Connector} connector */
  constructor(connector) {
    const actions = new Map(connector.actions().map((action) => [action.id, action]));
    for (const resource of connector.resources()) {
      const { id, key, analytic, getAction, listAction, createAction, updateAction } = resource;
      if (analytic || key.length === 0) continue;
      const shown = [getAction, listAction].find((id) => id !== undefined && actions.has(id));
      for (const action of [getAction, listAction, createAction, updateAction]) {
        if (action !== undefined) this.#keys.set(action, key);
      }
      if (shown === undefined) continue;
      const { output } = /** @type {ActionDescription} */ (connector.describe(shown));
      const schema = keyed(JSON.parse(output), key);
      const text = canonical(JSON.parse(output));
      if (schema && Object.keys(schema.properties ?? {}).length >= FEWEST && !this.#known.has(text)) {
        this.#known.set(text, { name: singular(id), schema });
      }
    }
  }

  /** Names and schemas, to declare them. */
  get all() {
    return this.#known.values();
  }

  /**
   * The name of the thing that a schema describes.
   * @param {any} schema
   */
  nameOf = (schema) => this.#known.get(canonical(schema))?.name;

  /**
   * What an action gives, with the key of its resource where that is among the members.
   * @param {string} action
   * @param {any} schema
   */
  given(action, schema) {
    return keyed(schema, this.#keys.get(action) ?? []) ?? schema;
  }
}

/**
 * A schema whose key has to be there; undefined when the key is not among its members. Of
 * alternatives those that have it.
 * @param {any} schema
 * @param {string[]} key
 * @returns {any}
 */
function keyed(schema, key) {
  for (const kind of ["oneOf", "anyOf"].filter((kind) => kind in schema)) {
    const cases = schema[kind].map((/** @type {any} */ one) => keyed(one, key));
    const kept = cases.map((/** @type {any} */ one, /** @type {number} */ at) => one ?? schema[kind][at]);
    return cases.some(Boolean) ? { ...schema, [kind]: kept } : undefined;
  }
  const { properties, required = [] } = schema;
  if (properties === undefined || !key.every((name) => name in properties)) return undefined;
  return { ...schema, required: [...new Set([...required, ...key])] };
}

/** @param {any} schema */
function canonical({ $schema, ...schema }) {
  return JSON.stringify(schema);
}

/**
 * `board_sections` as `BoardSection`.
 * @param {string} id
 */
function singular(id) {
  const words = id.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const last = words.length - 1;
  words[last] = words[last]
    .replace(/ies$/, "y").replace(/(ss|us|x|ch|sh)es$/, "$1").replace(/([^s])s$/, "$1");
  return words.map((word) => word[0].toUpperCase() + word.slice(1)).join("");
}
