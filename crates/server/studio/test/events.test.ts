import { expect, test } from "vitest";
import { Events, read } from "../src/events";
import { parse, to } from "../src/route";
import { matches } from "../src/search";

const TEXT =
  'event: page\ndata: {"items":1}\n\n: still there\n\nevent: done\r\ndata: a\r\ndata: b\r\n\r\ndata: last\n\ndata: cut';

test("events come out whole wherever the text is cut", () => {
  const whole = [
    { event: "page", data: '{"items":1}' },
    { event: "done", data: "a\nb" },
    { event: "message", data: "last" },
  ];
  for (let at = 0; at <= TEXT.length; at += 1) {
    const events = new Events();
    expect([...events.push(TEXT.slice(0, at)), ...events.push(TEXT.slice(at))]).toEqual(whole);
  }
});

test("an answer is read to its end, also one with letters of several bytes", async () => {
  const bytes = new TextEncoder().encode("data: ü→\n\n");
  const body = new ReadableStream({
    start(at) {
      for (const byte of bytes) at.enqueue(new Uint8Array([byte]));
      at.close();
    },
  });
  const found = [];
  for await (const event of read(new Response(body))) found.push(event.data);
  expect(found).toEqual(["ü→"]);
});

test("addresses hold any name", () => {
  expect(parse(to("c", "a/b ?#%", "actions")).parts).toEqual(["c", "a/b ?#%", "actions"]);
  expect(parse("#/connect?connector=x").query.get("connector")).toBe("x");
  expect(parse("#/%zz").parts).toEqual(["%zz"]);
});

test("words are found by their beginnings, in any order", () => {
  const texts = ["Create a Pin", "pins.create"];
  expect(["", "pin cre", "PINS.CREATE", "create"].every((query) => matches(query, texts))).toBe(true);
  expect(matches("reate", texts)).toBe(false);
});
