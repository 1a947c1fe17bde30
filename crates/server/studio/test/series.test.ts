import { expect, test } from "vitest";
import type { Data } from "../src/types";
import { columns } from "../src/results/columns";
import { figures, flat } from "../src/results/series";

const day = (date: string, metrics: Data) => ({ date, data_status: "READY", metrics });

test("days with figures within an answer become lines", () => {
  const answer = {
    all: {
      daily_metrics: [day("2026-01-02", { SAVE: 3, RATE: 0.1 }), day("2026-01-01", { SAVE: 2, RATE: 0.2 })],
      summary_metrics: { SAVE: 5 },
    },
  };
  const found = figures(answer);
  expect(found.map(({ name }) => name)).toEqual(["SAVE", "RATE"]);
  expect(found[0].lines).toEqual([
    {
      name: "all.daily_metrics",
      points: [
        { time: Date.UTC(2026, 0, 1), value: 2 },
        { time: Date.UTC(2026, 0, 2), value: 3 },
      ],
    },
  ]);
});

test("rows of one day are told apart by what names them", () => {
  const row = (date: string, ad: string, clicks: number) => ({ ad_id: ad, date, clicks });
  const [{ lines }] = figures([
    row("2026-01-01", "a", 1),
    row("2026-01-01", "b", 2),
    row("2026-01-02", "a", 3),
    row("2026-01-02", "b", 4),
  ]);
  expect(lines.map(({ name, points }) => [name, points.map(({ value }) => value)])).toEqual([
    ["a", [1, 3]],
    ["b", [2, 4]],
  ]);
});

test("things that have a time of their own are no figures over time", () => {
  const thing = (id: string, created_at: string) => ({ id, created_at, pin_count: 3 });
  expect(figures([thing("1", "2026-01-01T10:00:00Z"), thing("2", "2026-01-02T10:00:00Z")])).toEqual([]);
  expect(figures([{ a: 1 }])).toEqual([]);
  expect(figures("text")).toEqual([]);
});

test("one row is no line, and nothing is made of missing figures", () => {
  expect(figures([day("2026-01-01", { SAVE: 2 })])).toEqual([]);
  const [{ lines }] = figures([day("2026-01-01", { SAVE: 2 }), day("2026-01-02", {}), day("2026-01-03", { SAVE: 4 })]);
  expect(lines[0].points.map(({ value }) => value)).toEqual([2, 4]);
});

test("a table has what is filled in, the telling first", () => {
  expect(flat({ a: { b: 1 }, c: [2] })).toEqual({ "a.b": 1, c: [2] });
  expect(columns([{ zeta: 1, name: "n", empty: null, owner: { name: "o" }, id: "1" }, { list: [] }])).toEqual([
    "id",
    "name",
    "zeta",
    "owner.name",
  ]);
});
