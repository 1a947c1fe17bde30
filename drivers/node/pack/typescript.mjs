/** JSON Schema as TypeScript. What it does not know is `unknown`, so it never says too much. */

/**
 * What a schema within another is called, if it has a name.
 * @typedef {(schema: any) => string | undefined} NameOf
 */

/**
 * The type of the values that a schema takes.
 * @param {any} schema
 * @param {NameOf} nameOf
 * @param {string} indent of the line that it begins on
 * @returns {string}
 */
export function typeOf(schema, nameOf = () => undefined, indent = "") {
  const inner = (/** @type {any} */ schema, /** @type {string} */ indent) =>
    nameOf(schema) ?? typeOf(schema, nameOf, indent);
  if ("const" in schema) return literal(schema.const);
  if (schema.enum) return union(schema.enum.map(literal));
  // An alternative for what nobody knows yet would hide the others' fields.
  const cases = (schema.oneOf ?? schema.anyOf)?.filter((/** @type {any} */ one) => !isOther(one));
  if (cases) return union(cases.map((/** @type {any} */ one) => inner(one, indent)));
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return union(types.map((/** @type {string} */ type) => simple(type, schema, inner, indent)));
}

/** @param {any} schema */
function isOther(schema) {
  return Object.values(schema.properties ?? {}).some((/** @type {any} */ field) => "not" in field);
}

/**
 * @param {string | undefined} type
 * @param {any} schema
 * @param {(schema: any, indent: string) => string} inner the type of a schema in it
 * @param {string} indent
 */
function simple(type, schema, inner, indent) {
  switch (type) {
    case "string":
    case "boolean":
    case "number":
    case "null":
      return type;
    case "integer":
      return "number";
    case "array": {
      const item = inner(schema.items ?? {}, indent);
      return /^\w+$/.test(item) ? `${item}[]` : `Array<${item}>`;
    }
    case "object":
      return object(schema, inner, indent);
    default:
      return "unknown";
  }
}

/**
 * @param {any} schema
 * @param {(schema: any, indent: string) => string} typeOf
 * @param {string} indent
 */
function object({ properties, required = [], additionalProperties: more }, typeOf, indent) {
  const inner = `${indent}  `;
  const fields = Object.entries(properties ?? {}).map(([name, field]) => {
    const mark = required.includes(name) ? "" : "?";
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : literal(name);
    return `${note(words(field), inner)}${inner}${key}${mark}: ${typeOf(field, inner)};\n`;
  });
  const open = typeof more === "object";
  if (fields.length === 0) {
    const others = open ? typeOf(more, indent) : "unknown";
    return `Record<string, ${more === false ? "never" : others}>`;
  }
  const known = `{\n${fields.join("")}${indent}}`;
  return open ? `(${known} & Record<string, unknown>)` : known;
}

/** @param {any} field */
function words({ title, description, default: standard }) {
  const said = [title, description].filter(Boolean).join(": ");
  return standard === undefined ? said : `${said} Default: ${literal(standard)}.`.trim();
}

/**
 * A doc comment on a line of its own; none for no text.
 * @param {string} text
 * @param {string} indent
 */
export function note(text, indent) {
  const safe = text.replaceAll("*/", "*\\/").replace(/\s+/g, " ");
  return safe === "" ? "" : `${indent}/** ${safe} */\n`;
}

/** @param {unknown} value */
export function literal(value) {
  return JSON.stringify(value);
}

/** @param {string[]} types */
function union(types) {
  return [...new Set(types)].join(" | ");
}
