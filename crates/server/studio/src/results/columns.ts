// Things as rows of a table.

import type { Json } from "../types";
import { flat } from "./series";

const MOST = 14;
const FIRST = ["id", "title", "name"];

/** The columns that have something in them, the telling ones first. */
export function columns(things: Json[]): string[] {
  const count = new Map<string, number>();
  for (const thing of things) {
    for (const [key, value] of Object.entries(flat(thing))) {
      const isEmpty = value === null || value === "" || (Array.isArray(value) && value.length === 0);
      count.set(key, (count.get(key) ?? 0) + (isEmpty ? 0 : 1));
    }
  }
  const rank = (key: string) => (FIRST.includes(key) ? FIRST.indexOf(key) : FIRST.length + key.split(".").length);
  const filled = [...count].filter(([, filled]) => filled > 0).map(([key]) => key);
  return filled
    .map((key, index) => ({ key, index }))
    .sort((one, other) => rank(one.key) - rank(other.key) || one.index - other.index)
    .map(({ key }) => key)
    .slice(0, MOST);
}

export function cell(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
