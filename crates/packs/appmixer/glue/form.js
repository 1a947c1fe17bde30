"use strict";

/**
 * From what a form of Appmixer's gives to the input of a call, by the schema of the form (`form.json`). A
 * form is flat: the members of an object, and those of each variant of a union, are fields whose names are
 * joined by `__`; lists and names with values are tables. What a variable of the flow gives may have another
 * type than the field, so values are brought to it; one that does not fit stays as it is, and the connector
 * says what is wrong with it.
 */

const { base64 } = require("./files");

/** JSON whose numbers keep their digits. */
let json;

/**
 * @param {object} context
 * @param {object} schema of the form
 * @param {Record<string, any>} form
 * @returns {Promise<any>} what was filled in
 */
async function readForm(context, schema, form) {
  json ??= await import("../driver/json.mjs");
  return (await read({ context, form }, schema, "")) ?? {};
}

/**
 * What was filled in at a place of the form; undefined when nothing was.
 * @param {{ context: object, form: Record<string, any>, row?: boolean }} at in a row of a table variants share
 *   their columns, and lists are of one record
 * @param {object} schema
 * @param {string} key the name of the field, or what its fields begin with
 */
async function read(at, schema, key) {
  const { context, form, row } = at;
  if (schema.oneOf) return readVariant(at, schema, key);
  if (key && given(form, key)) return convert(context, schema, form[key]);
  if (isMap(schema)) return row ? readPair(at, schema, key) : undefined;
  if (schema.properties) return readMembers(at, schema, key);
  if (row && (schema.items?.properties || schema.items?.oneOf)) {
    const record = await read(at, schema.items, key);
    return record === undefined ? undefined : [record];
  }
  return undefined;
}

/** An object, unless none of its members was filled in. Its constants nobody fills in. */
async function readMembers(at, schema, key) {
  const filled = {};
  const constants = {};
  for (const [name, member] of Object.entries(schema.properties)) {
    if (member.const !== undefined) {
      if (schema.required?.includes(name)) constants[name] = member.const;
      continue;
    }
    const value = await read(at, member, join(key, name));
    if (value !== undefined) filled[name] = value;
  }
  return Object.keys(filled).length === 0 ? undefined : { ...constants, ...filled };
}

/** The fields of the variant that was chosen. Those of others may be left over from before. */
async function readVariant(at, { discriminator, oneOf }, key) {
  const { context, form, row } = at;
  const name = discriminator?.propertyName ?? "variant";
  const tag = form[join(key, name)];
  if (tag === undefined || tag === "") return given(form, key) ? parsed(form[key]) : undefined;
  const variant = oneOf.find((variant) => variant["x-variant"] === String(tag));
  if (!variant) return { [name]: tag };
  const value = await read(at, variant, row ? key : join(key, tag));
  if (!variant.properties || isMap(variant)) return value;
  const constants = Object.entries(variant.properties).filter(([, member]) => member.const !== undefined);
  return { ...value, ...Object.fromEntries(constants.map(([name, member]) => [name, member.const])) };
}

/** In a row there is place for one name. */
async function readPair(at, schema, key) {
  const name = at.form[join(key, "key")];
  const value = await read(at, schema.additionalProperties, join(key, "value"));
  return name === undefined || name === "" ? undefined : { [name]: value };
}

const join = (key, name) => (key ? `${key}__${name}` : name);

/** Whether an object is one of names that are not known. */
const isMap = (schema) => typeof schema.additionalProperties === "object";

/** Whether a field was filled in, or a whole object was mapped to its name. */
const given = (form, key) => ![undefined, null, ""].includes(form[key]);

/** One value, brought to the type of its field. */
async function convert(context, schema, value) {
  if (value === undefined || value === null || value === "") return undefined;
  const types = [schema.type ?? []].flat();
  if (isMap(schema)) return names(context, schema, value);
  if (types.length === 0) return parsed(value);
  if (types.includes("array")) return items(context, schema, value);
  if (types.includes("object")) return parsed(value);
  if (types.includes("boolean")) return { true: true, false: false }[value] ?? value;
  if (types.includes("integer") || types.includes("number")) return number(schema, value);
  if (schema["x-file"] === "base64") return base64(context, value);
  if (schema.format === "date" && typeof value === "string") return value.slice(0, 10);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
}

/** A list: rows of a form, JSON, or texts with commas or line ends between them. */
async function items(context, schema, value) {
  const inner = schema.items ?? {};
  const added = rows(value);
  if (added) return Promise.all(added.map((row) => record(context, inner, row)));
  const whole = typeof value === "string" ? list(value) : value;
  const listed = Array.isArray(whole) ? whole : [whole];
  return Promise.all(listed.map((item) => member(context, inner, item)));
}

/** A row of a table. */
async function record(context, schema, row) {
  if (!schema.properties && !schema.oneOf) return convert(context, schema, row.value);
  const filled = (await read({ context, form: row, row: true }, schema, "")) ?? {};
  if (!schema.properties) return filled;
  // What the schema does not know stays, so that the connector can say so.
  const others = Object.entries(row).filter(([name, value]) =>
    value !== "" && !(name in schema.properties) && !name.includes("__"));
  return { ...Object.fromEntries(others), ...filled };
}

/** An item as a variable gives it. */
async function member(context, schema, item) {
  if (item === null || typeof item !== "object") return convert(context, schema, item);
  if (!schema.properties) return item;
  const filled = Object.entries(item).filter(([, value]) => value !== "");
  return { ...Object.fromEntries(filled), ...await readMembers({ context, form: item }, schema, "") };
}

/** Names with values: the rows of a table, or an object. */
async function names(context, schema, value) {
  const added = rows(value);
  if (!added) return parsed(value);
  const pairs = added.map((row) => readPair({ context, form: row, row: true }, schema, ""));
  return Object.assign({}, ...await Promise.all(pairs));
}

/** The rows of an `expression` field. */
const rows = (value) => value.ADD ?? value.AND;

function list(text) {
  const whole = parsed(text);
  if (Array.isArray(whole)) return whole;
  return text.split(/[,\n]/).map((item) => item.trim()).filter(Boolean);
}

/** JSON in a text; a text that is none stays one. */
function parsed(value) {
  if (typeof value !== "string") return value;
  try {
    return json.parse(value);
  } catch {
    return value;
  }
}

/** A number, or the number that stands for a time. */
function number(schema, value) {
  const text = typeof value === "string" ? value.trim() : "";
  // A whole number of more digits than a double has.
  if (/^-?\d{16,}$/.test(text)) return BigInt(text);
  if (text !== "" && Number.isFinite(Number(text))) return Number(text);
  const time = schema["x-time"] && Date.parse(value);
  if (!time) return value;
  return schema["x-time"] === "milliseconds" ? time : Math.floor(time / 1000);
}

module.exports = { read: readForm };
