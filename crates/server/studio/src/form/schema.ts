// A schema as the form takes it, and data as it is sent.

import type { Data, Json, Schema } from "../types";

/**
 * Defaults are the service's: they are shown and not sent, so they move out of the form's way. A field
 * for which the connection has a value may be left open. Hints about choices of a list are its items'.
 */
export function prepare(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(prepare);
  if (schema === null || typeof schema !== "object") return schema;
  const made: Schema = {};
  for (const [key, value] of Object.entries(schema)) {
    if (key === "properties" || key === "$defs" || key === "definitions" || key === "patternProperties") {
      made[key] = Object.fromEntries(Object.entries(value as Schema).map(([name, field]) => [name, prepare(field)]));
    } else if (key === "default") made["x-default"] = value;
    else if (["items", "additionalProperties", "oneOf", "anyOf", "allOf", "prefixItems"].includes(key))
      made[key] = prepare(value);
    else if (key !== "$schema") made[key] = value;
  }
  if (Array.isArray(made.required)) {
    made.required = made.required.filter((name: string) => made.properties?.[name]?.["x-setting"] === undefined);
  }
  if (made.items && !Array.isArray(made.items)) {
    for (const hint of ["x-choices", "x-scopes", "x-first-choice"]) {
      if (hint in made) made.items = { ...made.items, [hint]: made[hint] };
    }
    // A choice of several, and not a list that is put together one by one.
    if (made.items.enum && made.maxItems !== 1) made.uniqueItems = true;
  }
  return made;
}

/** The type of a field; of several the first that is something. */
export function typeOf(schema: Schema): string | undefined {
  const { type } = schema;
  if (Array.isArray(type)) return type.find((one) => one !== "null");
  if (typeof type === "string") return type;
  if (schema.properties || schema.additionalProperties) return "object";
  return schema.items ? "array" : undefined;
}

/** Alternatives of which one is chosen; none for those that are single values. */
export function variants(schema: Schema): Schema[] {
  const all = ((schema.oneOf ?? schema.anyOf ?? []) as Schema[]).filter((one) => one.type !== "null");
  return all.length > 0 && all.every((one) => one.const !== undefined || one.enum?.length === 1) ? [] : all;
}

/** Whether anything may stand there, so that it is written as JSON. */
export function isFree(schema: Schema): boolean {
  if (schema.enum || schema.const !== undefined || schema.oneOf || schema.anyOf || schema.allOf || schema.$ref)
    return false;
  const type = typeOf(schema);
  if (type === undefined) return true;
  const isEmpty = Object.keys(schema.properties ?? {}).length === 0;
  if (type === "object")
    return (
      isEmpty && (typeof schema.additionalProperties !== "object" || isFree(schema.additionalProperties as Schema))
    );
  return type === "array" && (schema.items === undefined || isFree(schema.items as Schema));
}

/** What of an object can only be one thing. */
export function constants(schema: Schema): Data {
  const fields = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  return Object.fromEntries(
    fields.filter(([, field]) => field.const !== undefined).map(([name, field]) => [name, field.const as Json]),
  );
}

/** Which alternative some data is of: by its constants, or else by its type. -1 for none. */
export function variantOf(all: Schema[], data: Json | undefined): number {
  if (data === undefined || data === null) return -1;
  const kind = Array.isArray(data) ? "array" : typeof data;
  const fits = (schema: Schema): boolean => {
    const inner = variants(schema);
    if (inner.length > 0) return variantOf(inner, data) >= 0;
    if (schema.enum) return schema.enum.includes(data);
    const type = typeOf(schema);
    if (type !== undefined && type !== kind && !(type === "integer" && kind === "number")) return false;
    if (kind !== "object") return true;
    const given = data as Data;
    if (Object.entries(constants(schema)).some(([name, value]) => given[name] !== value)) return false;
    return schema.additionalProperties !== false || Object.keys(given).every((name) => schema.properties?.[name]);
  };
  return all.findIndex(fits);
}

/** The words for a place in the form. */
export function labelOf(schema: Schema, path: (string | number)[]): string {
  const [first, ...rest] = path;
  if (first === undefined) return "";
  const inner =
    typeof first === "number"
      ? (schema.items as Schema | undefined)
      : [schema, ...variants(schema)].map((one) => one.properties?.[first] as Schema | undefined).find(Boolean);
  const own = typeof first === "number" ? `${first + 1}` : ((inner?.title as string | undefined) ?? first);
  const more = labelOf(inner ?? {}, rest);
  return more ? `${own} · ${more}` : own;
}

/** Without what was left open: empty objects, and what is not there. */
export function pruned<T extends Json | undefined>(data: T): T {
  if (Array.isArray(data)) return data.map((item) => pruned(item) ?? null) as T;
  if (data === null || typeof data !== "object") return data;
  const entries = Object.entries(data as Data).map(([key, value]) => [key, pruned(value)] as const);
  const isLeft = (value: Json | undefined) =>
    value !== undefined &&
    !(value && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0);
  return Object.fromEntries(entries.filter(([, value]) => isLeft(value))) as T;
}

/** Data with what is secret, or too long to read, in words of that. */
export function shown(schema: Schema | undefined, data: Json | undefined): Json {
  if (schema?.["x-secret"] && data !== undefined) return "YOUR SECRET";
  if (schema?.["x-file"] === "base64" && typeof data === "string" && data.length > 120) return "THE FILE AS BASE64";
  if (Array.isArray(data)) return data.map((item) => shown(schema?.items as Schema, item));
  if (data === undefined || data === null || typeof data !== "object") return data ?? null;
  const chosen = schema ? variants(schema) : [];
  const own = chosen.length > 0 ? chosen[variantOf(chosen, data)] : schema;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [
      key,
      shown((own?.properties?.[key] ?? own?.additionalProperties) as Schema, value),
    ]),
  );
}
