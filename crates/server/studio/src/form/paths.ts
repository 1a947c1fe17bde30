// Where a field is: as errors name it (`items[0].name`), and as the form does (`root.items.0.name`).

import type { ErrorSchema } from "@rjsf/utils";
import type { Data, FieldError, Json } from "../types";

export type Path = (string | number)[];

/** `items[0].name` as parts. */
export function parsePath(text: string): Path {
  const parts: Path = [];
  for (const [, index, quoted, name] of text.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)) {
    if (index !== undefined) parts.push(Number(index));
    else if (quoted !== undefined) parts.push(JSON.parse(`"${quoted}"`) as string);
    else parts.push(name);
  }
  return parts;
}

/** Parts as `items[0].name`. */
export function showPath(path: Path): string {
  return path.reduce<string>(
    (sum, part) => (typeof part === "number" ? `${sum}[${part}]` : sum ? `${sum}.${part}` : part),
    "",
  );
}

/** The id of the element that has a field's value. */
export const idOf = (path: Path) => ["root", ...path].join(".");

/** The parts of such an id, in a form with this data. */
export function pathOf(id: string, data: Json | undefined): Path {
  let here: Json | undefined = data;
  return id
    .split(".")
    .slice(1)
    .map((part) => {
      const key = Array.isArray(here) ? Number(part) : part;
      here = here !== null && typeof here === "object" ? (here as Data)[key] : undefined;
      return key;
    });
}

/** Errors as the form takes them: each at its field, and those of no field at the top. */
export function errorSchema(errors: FieldError[]): ErrorSchema {
  const root: { [key: string]: unknown } = {};
  for (const { path, message } of errors) {
    let here = root;
    for (const part of parsePath(path)) here = (here[part] ??= {}) as typeof root;
    ((here.__errors ??= []) as string[]).push(message);
  }
  return root as ErrorSchema;
}

/** The same data with another value at a place; undefined takes it away. */
export function withValue(data: Json | undefined, path: Path, value: Json | undefined): Json | undefined {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (typeof first === "number" || Array.isArray(data)) {
    const copy = Array.isArray(data) ? [...data] : [];
    copy[Number(first)] = withValue(copy[Number(first)], rest, value) as Json;
    return copy;
  }
  const copy: Data = { ...(data as Data | undefined) };
  const next = withValue(copy[first], rest, value);
  if (next === undefined) delete copy[first];
  else copy[first] = next;
  return copy;
}
