import { expect, test } from "vitest";
import { rows } from "../src/results/rows";
import { arePictures, isPicture, pictures, titleOf } from "../src/results/images";

const urls = (thing: never) => pictures(thing).map(({ url }) => url);

test("an address is a picture by its ending, or by the name that it is under", () => {
  expect(isPicture("https://a.example/x.JPG?width=3", false)).toBe(true);
  expect(isPicture("https://a.example/x", false)).toBe(false);
  expect(isPicture("https://a.example/x", true)).toBe(true);
  expect(isPicture("https://a.example/x.mp4", true)).toBe(false);
  expect(isPicture("ftp://a.example/x.png", true)).toBe(false);
  expect(isPicture("javascript:alert(1).png", true)).toBe(false);
});

test("of one picture in several sizes the fitting one is shown", () => {
  const size = (width: number) => ({ width, height: width, url: `https://a.example/${width}` });
  const thing = {
    id: "1",
    media: {
      media_type: "image",
      images: { "150x150": size(150), "400x300": size(400), "600x": size(600), "1200x": size(1200) },
    },
  };
  expect(pictures(thing as never)).toEqual([{ url: "https://a.example/600", width: 600, height: 600 }]);
});

test("the pictures of a carousel are all there, in their order", () => {
  const sizes = (name: string) => ({
    "150x150": { url: `https://a.example/s/${name}`, width: 150 },
    "600x": { url: `https://a.example/l/${name}`, width: 600 },
  });
  const thing = {
    media: {
      items: [
        { images: sizes("1"), title: "One", link: "https://shop.example/" },
        { images: sizes("2"), link: "https://shop.example/" },
      ],
    },
  };
  expect(urls(thing as never)).toEqual(["https://a.example/l/1", "https://a.example/l/2"]);
});

test("a cover comes before the small ones, and each is there once", () => {
  const thing = {
    name: "Board",
    media: {
      image_cover_url: "https://a.example/c.jpg",
      pin_thumbnail_urls: ["https://a.example/c.jpg", "https://a.example/1.jpg"],
    },
  };
  expect(urls(thing as never)).toEqual(["https://a.example/c.jpg", "https://a.example/1.jpg"]);
});

test("links and films are no pictures", () => {
  expect(
    urls({
      link: "https://a.example/p/1",
      media: { video_url: "https://a.example/v.mp4", link: "https://a.example/p", cover: "https://a.example/c" },
    } as never),
  ).toEqual(["https://a.example/c"]);
});

test("things are pictures when most of them have one", () => {
  const one = { thumbnailUrl: "https://a.example/1" };
  expect(arePictures([one, one, { id: 1 }])).toBe(true);
  expect(arePictures([{ id: 1 }, { id: 2 }, one])).toBe(false);
  expect(arePictures([])).toBe(false);
});

test("a thing is called by the first name that it has", () => {
  expect(titleOf({ id: 7, title: null, name: " N" })).toBe(" N");
  expect(titleOf({ id: 7 })).toBe("7");
  expect(titleOf("x")).toBeUndefined();
});

test("an answer is about the list or the one thing in it", () => {
  expect(rows({ created: true, pin: { title: "P" } })).toEqual([{ title: "P" }]);
  expect(rows({ items: [1, 2], count: 2 })).toEqual([1, 2]);
  expect(rows({ id: "1", owner: { name: "o" } })).toEqual([{ id: "1", owner: { name: "o" } }]);
  expect(rows("x")).toEqual(["x"]);
});
