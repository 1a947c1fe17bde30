// Rows that have dates and figures, as lines of a chart; told by their shape alone.

import type { Data, Json } from "../types";

export type Point = { time: number; value: number };
export type Line = { name: string; points: Point[] };
/** One figure, of one or several things. */
export type Figure = { name: string; lines: Line[] };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
const NAMED = /(?:^|[._])(?:date|day|week|month|hour|period|bucket)(?:$|[._])/i;
const ID = /(?:^|[._])(?:id|ids|key|code|status|number)$/i;
const MOST_LINES = 8;
const DEEPEST = 6;

type Flat = { [path: string]: Json };

/** The members of a row, also those of objects in it, by their paths. */
export function flat(row: Json, prefix = "", depth = 0): Flat {
  if (row === null || typeof row !== "object" || Array.isArray(row) || depth > 3)
    return prefix ? { [prefix]: row } : {};
  return Object.assign(
    {},
    ...Object.entries(row).map(([key, value]) => flat(value, prefix ? `${prefix}.${key}` : key, depth + 1)),
  ) as Flat;
}

/** Lists of rows anywhere in a value, with where they are. */
function lists(value: Json | undefined, name: string, depth: number): { name: string; rows: Flat[] }[] {
  if (value === null || typeof value !== "object" || depth > DEEPEST) return [];
  if (Array.isArray(value)) {
    const rows = value.filter((item) => item !== null && typeof item === "object" && !Array.isArray(item));
    const own = rows.length >= 2 ? [{ name, rows: rows.map((row) => flat(row)) }] : [];
    const dated = own.length > 0 && dateOf(own[0].rows) !== undefined;
    return dated
      ? own
      : value.slice(0, 20).flatMap((item, index) => lists(item, nameOf(item) ?? `${index + 1}`, depth + 1));
  }
  return Object.entries(value as Data).flatMap(([key, member]) =>
    lists(member, name ? `${name}.${key}` : key, depth + 1),
  );
}

function nameOf(item: Json): string | undefined {
  const given =
    item && typeof item === "object" && !Array.isArray(item) ? (item.title ?? item.name ?? item.id) : undefined;
  return given === undefined || given === null || typeof given === "object" ? undefined : String(given);
}

/** The member with the dates: days, or times under the name of a period. Times of things are no axis. */
function dateOf(rows: Flat[]): string | undefined {
  const fits = (key: string) =>
    rows.every((row) => {
      const value = row[key];
      return typeof value === "string" && (DAY.test(value) || (NAMED.test(key) && TIME.test(value)));
    });
  const keys = Object.keys(rows[0]).filter(fits);
  return keys.find((key) => NAMED.test(key)) ?? keys[0];
}

/** All figures over time that are in a value, those of one name together. */
export function figures(value: Json | undefined): Figure[] {
  const found = new Map<string, Line[]>();
  for (const { name, rows } of lists(value, "", 0)) {
    const date = dateOf(rows);
    if (date === undefined) continue;
    const split = splitOf(rows, date);
    const numbers = new Set(
      rows.flatMap((row) => Object.keys(row).filter((key) => typeof row[key] === "number" && !ID.test(key))),
    );
    for (const key of numbers) {
      const lines = new Map<string, Point[]>();
      for (const row of rows) {
        const value = row[key];
        if (typeof value !== "number") continue;
        const line = split ? String(row[split]) : name;
        const points = lines.get(line) ?? [];
        points.push({ time: Date.parse(String(row[date])), value });
        lines.set(line, points);
      }
      const made = [...lines].map(([name, points]) => ({
        name,
        points: points.sort((one, other) => one.time - other.time),
      }));
      const title = key.split(".").at(-1) ?? key;
      found.set(title, [...(found.get(title) ?? []), ...made.filter(({ points }) => points.length >= 2)]);
    }
  }
  return [...found]
    .filter(([, lines]) => lines.length > 0)
    .map(([name, lines]) => ({ name, lines: lines.slice(0, MOST_LINES) }));
}

/** What tells rows of one day apart, when several have it. */
function splitOf(rows: Flat[], date: string): string | undefined {
  const isUnique = (key?: string) =>
    new Set(rows.map((row) => `${row[date]} ${key ? row[key] : ""}`)).size === rows.length;
  if (isUnique()) return undefined;
  const texts = Object.keys(rows[0]).filter(
    (key) => key !== date && rows.every((row) => ["string", "number"].includes(typeof row[key])),
  );
  const named = texts.filter((key) => /name|title/i.test(key));
  return [...named, ...texts.filter((key) => ID.test(key)), ...texts].find(isUnique);
}
