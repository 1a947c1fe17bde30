// What an answer is about.

import type { Json } from "../types";
import { titleOf } from "./images";

/** The list that an answer is about, or the one thing: what stands around it is told by the JSON. */
export function rows(output: Json): Json[] {
  if (output === null || typeof output !== "object") return [output];
  if (Array.isArray(output)) return output;
  const members = Object.values(output);
  const lists = members.filter((value) => Array.isArray(value) && value.length > 0);
  if (lists.length === 1 && members.length <= 3) return lists[0] as Json[];
  const things = members.filter((value) => value !== null && typeof value === "object" && !Array.isArray(value));
  return things.length === 1 && members.length <= 3 && titleOf(output) === undefined ? [things[0]] : [output];
}
