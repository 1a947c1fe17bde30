"use strict";

/**
 * From what a form of Appmixer's gives to the input of a call. A form is flat: the members of an
 * object, and those of each variant of a union, are fields whose names are joined by `__`. What a
 * variable of the flow gives may have another type than the field, so values are brought to it;
 * one that does not fit stays as it is, and the connector says what is wrong with it.
 */

const { base64 } = require("./files");

/** JSON whose numbers keep their digits. */
let json;

/**
 * @param {object} context
 * @param {object} schema of the input
 * @param {Record<string, any>} form
 * @returns {Promise<any>} the input
 */
async function readForm(context, schema, form) {
  json ??= await import("../driver/json.mjs");
  return read(context, schema, form);
}

/**
 * @param {object} context
 * @param {object} schema
 * @param {Record<string, any>} form
 * @param {string} [key] of the fields to read; absent: all
 * @returns {Promise<any>} undefined when nothing was filled in
 */
async function read(context, schema, form, key) {
  if (schema.discriminator) return readVariant(context, schema, form, key);
  if (!schema.properties || Object.keys(schema.properties).length === 0 || given(form, key)) {
    return convert(context, schema, form[key]);
  }
  const filled = {};
  for (const [name, member] of Object.entries(schema.properties)) {
    const value = await read(context, member, form, key ? `${key}__${name}` : name);
    if (value !== undefined) filled[name] = value;
  }
  return key && Object.keys(filled).length === 0 ? undefined : filled;
}

/** The fields of the variant that was chosen. Those of others may be left over from before. */
async function readVariant(context, { discriminator, oneOf }, form, key) {
  if (given(form, key)) return convert(context, {}, form[key]);
  const name = discriminator.propertyName;
  const tag = form[`${key}__${name}`];
  if (tag === undefined || tag === "") return undefined;
  const variant = oneOf.find(({ properties }) => properties[name]?.const === tag);
  if (!variant) return { [name]: tag };
  const { [name]: _, ...properties } = variant.properties;
  const filled = await read(context, { ...variant, properties }, form, `${key}__${tag}`);
  return { ...filled, [name]: tag };
}

/** Whether a whole object was mapped to the name of an object. */
const given = (form, key) => form[key] !== undefined && form[key] !== "";

/** One value, brought to the type of its field. */
async function convert(context, schema, value) {
  if (value === undefined || value === null || value === "") return undefined;
  const types = [schema.type ?? []].flat();
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
  const listed = typeof value === "string" ? list(value) : rows(value);
  const inner = schema.items ?? {};
  return Promise.all(listed.map(async (item) => {
    if (item === null || typeof item !== "object") return convert(context, inner, item);
    if (!inner.properties) return item;
    // What the schema does not know stays, so that the connector can say so.
    const filled = Object.entries(item).filter(([, value]) => value !== "");
    return { ...Object.fromEntries(filled), ...await read(context, inner, item) };
  }));
}

/** The rows of an `expression` field; one with a single column gives plain values. */
function rows(value) {
  const added = value.ADD ?? value.AND;
  if (!added) return Array.isArray(value) ? value : [value];
  return added.map((row) => (Object.keys(row).join() === "value" ? row.value : row));
}

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
