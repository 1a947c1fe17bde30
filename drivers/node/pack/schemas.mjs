/** `schemas.d.ts`: the types of everything that goes into a connector's calls and comes out. */

import { Things } from "./things.mjs";
import { literal, note, typeOf } from "./typescript.mjs";

/** @import { ActionDescription, Connector, TriggerDescription } from "../src/types.d.ts" */

/** @param {Connector} connector */
export function schemas(connector) {
  const descriptor = connector.describe();
  const settings = JSON.parse(descriptor.settings);
  const credentials = descriptor.credentials.map(({ id }) => literal(id));
  const pairs = descriptor.credentials.filter(({ source }) => source.tag === "pair").map(({ id }) => literal(id));
  const things = new Things(connector);
  const names = new Names(things);
  const given = Object.keys(settings.properties ?? {});

  const actions = connector.actions().map(({ id, shape, title, summary }) => {
    const { input, output } = /** @type {ActionDescription} */ (connector.describe(id));
    const out = shape === "items" ? "item" : "output";
    return entry(id, title, summary, {
      input: names.add(`${pascal(id)}Input`, relaxed(JSON.parse(input), given)),
      [out]: names.add(`${pascal(id)}${pascal(out)}`, JSON.parse(output), id),
    });
  });
  const webhooks = connector.webhooks().map(({ trigger }) => trigger);
  const triggers = [...connector.triggers(), ...webhooks].map(
    ({ id, title, summary }) => {
      const { config, data } = /** @type {TriggerDescription} */ (connector.describe(id));
      return entry(id, title, summary, {
        config: names.add(`${pascal(id)}Config`, relaxed(JSON.parse(config), given)),
        data: names.add(`${pascal(id)}Data`, JSON.parse(data)),
      });
    },
  );

  return `${[
    "/**\n * What each action takes and gives, and each trigger. Made from the connector's schemas. A number\n" +
      " * that JavaScript does not hold exactly comes as a text.\n */",
    `export type CredentialId = ${credentials.join(" | ") || "never"};`,
    `/** Those of them that are two values. */\nexport type PairId = ${pairs.join(" | ") || "never"};`,
    `export type Settings = ${typeOf(settings)};`,
    `export interface Actions {\n${actions.join("\n")}\n}`,
    `export interface Triggers {\n${triggers.join("\n")}\n}`,
    ...names.declarations,
  ].join("\n\n")}\n`;
}

/**
 * Types by name: things first, by the names of what they are. One that is as another is called by
 * both names and written once.
 */
class Names {
  /** @type {string[]} */
  declarations = [];
  /** @type {Map<string, string>} */
  #written = new Map();
  #taken = new Set();
  #things;

  /** @param {Things} things */
  constructor(things) {
    this.#things = things;
    for (const { name, schema } of things.all) this.add(name, schema);
  }

  /**
   * @param {string} name
   * @param {any} schema
   * @param {string} [action] that gives it
   */
  add(name, schema, action) {
    if (this.#taken.has(name)) throw new Error(`two ids give the type ${name}`);
    this.#taken.add(name);
    const { nameOf } = this.#things;
    const given = action === undefined ? schema : this.#things.given(action, schema);
    const thing = nameOf(schema);
    if (thing !== undefined && thing !== name) {
      this.declarations.push(`export type ${name} = ${thing};`);
      return name;
    }
    const type = typeOf(given, nameOf);
    this.declarations.push(`export type ${name} = ${this.#written.get(type) ?? type};`);
    if (!this.#written.has(type)) this.#written.set(type, name);
    return name;
  }
}

/**
 * A schema whose fields need not be filled in where the settings do that.
 * @param {any} schema
 * @param {string[]} given the names of the settings
 */
function relaxed(schema, given) {
  const required = schema.required?.filter((/** @type {string} */ name) => !given.includes(name));
  return { ...schema, required };
}

/**
 * @param {string} id
 * @param {string} title
 * @param {string} summary
 * @param {Record<string, string>} types
 */
function entry(id, title, summary, types) {
  const members = Object.entries(types).map(([name, type]) => `${name}: ${type}`);
  return `${note(`${title}. ${summary}`, "  ")}  ${literal(id)}: { ${members.join("; ")} };`;
}

/**
 * `a_b.c` as `ABC`.
 * @param {string} id
 */
function pascal(id) {
  const words = id.split(/[^A-Za-z0-9]+/).filter(Boolean);
  return words.map((word) => word[0].toUpperCase() + word.slice(1)).join("");
}
