// Which pictures are in a thing, told by the shape of it alone.

import type { Data, Json } from "../types";

export type Picture = { url: string; width?: number; height?: number };

const ENDING = /\.(?:jpe?g|png|gif|webp|avif|svg)$/i;
const OTHER_ENDING = /\.(?:mp4|m3u8|mov|webm|mp3|pdf|html?|json|csv|zip|txt|xml)$/i;
const MEDIA =
  /(?:^|_|-)(?:images?|img|covers?|media|thumbnails?|thumbs?|pictures?|photos?|avatars?|icons?|logos?|posters?)(?:$|_|-)/i;
/** A text below a media name that leads elsewhere than to the picture. */
const LINK = /(?:^|_)(?:link|href|page|website|permalink)(?:$|_|s$)/i;
const SIZE =
  /^(?:\d+x(?:\d+)?(?:_\w+)?|orig(?:inal)?|full|large|medium|small|thumb(?:nail)?|tiny|preview|default|high|standard|maxres)$/i;
const DEEPEST = 8;
/** The width that cards ask for. */
const WANTED = 600;

const words = (key: string) => key.replace(/([a-z0-9])([A-Z])/g, "$1_$2");

/** Whether a text is the address of a picture; below such a name any address is taken for one. */
export function isPicture(text: string, isMedia: boolean): boolean {
  if (!/^https?:\/\/[^\s]+$/i.test(text)) return false;
  const file = text.replace(/[?#].*$/, "");
  return ENDING.test(file) || (isMedia && !OTHER_ENDING.test(file));
}

/** All pictures in a thing, each once, the one that stands for the whole first. */
export function pictures(thing: Json | undefined): Picture[] {
  const found = find(thing, false, 0);
  return found.filter((one, index) => found.findIndex((other) => other.url === one.url) === index);
}

function find(value: Json | undefined, isMedia: boolean, depth: number): Picture[] {
  if (value === null || value === undefined || depth > DEEPEST) return [];
  if (typeof value === "string") return isPicture(value, isMedia) ? [{ url: value }] : [];
  if (Array.isArray(value)) return value.flatMap((item) => find(item, isMedia, depth + 1));
  if (typeof value !== "object") return [];
  const inner = Object.entries(value)
    .map(([key, member]) => {
      const name = words(key);
      const below = (isMedia || MEDIA.test(name)) && !LINK.test(name);
      const pictures = find(member, below, depth + 1);
      return { key, pictures: LINK.test(name) && typeof member === "string" ? [] : pictures };
    })
    .filter(({ pictures }) => pictures.length > 0);
  const all = inner.flatMap(({ pictures }) => pictures);
  // One picture in several sizes, which are told by their names.
  const sizes = inner.filter(({ key, pictures }) => SIZE.test(key) && pictures.length === 1);
  if (sizes.length > 1 && sizes.length === inner.length)
    return [best(sizes.map(({ key, pictures }) => sized(pictures[0], key)))];
  if (all.length === 1) return [measured(all[0], value)];
  return all;
}

function measured(picture: Picture, beside: Data): Picture {
  const { width, height } = beside;
  if (picture.width || typeof width !== "number" || typeof height !== "number") return picture;
  return { ...picture, width, height };
}

function sized(picture: Picture, key: string): Picture {
  const width = picture.width ?? (Number.parseInt(key, 10) || undefined);
  return width === undefined ? picture : { ...picture, width };
}

/** The smallest that is large enough; no square cut-out where there is another. */
function best(all: Picture[]): Picture {
  const far = ({ width = 0 }: Picture) => (width >= WANTED ? width - WANTED : (WANTED - width) * 4);
  return all.reduce((one, other) => (far(other) < far(one) ? other : one));
}

/** Whether things are better shown as pictures. */
export function arePictures(things: Json[]): boolean {
  const few = things.slice(0, 20);
  return few.length > 0 && few.filter((thing) => pictures(thing).length > 0).length * 2 >= few.length;
}

const text = (thing: Json, names: string[]): string | undefined => {
  if (thing === null || typeof thing !== "object" || Array.isArray(thing)) return undefined;
  for (const name of names) {
    const value = thing[name];
    if (typeof value === "string" && value.trim()) return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
};

/** What a thing is called. */
export const titleOf = (thing: Json) =>
  text(thing, ["title", "name", "label", "headline", "subject", "display_name", "full_name", "username", "id"]);
export const summaryOf = (thing: Json) => text(thing, ["description", "summary", "caption", "subtitle", "note"]);
export const altOf = (thing: Json) => text(thing, ["alt_text", "alt", "altText"]) ?? titleOf(thing) ?? "";
