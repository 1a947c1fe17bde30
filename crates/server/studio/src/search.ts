// Whether what somebody types is about a thing.

/** Each word that was typed begins a word of one of the texts, in any order and case. */
export function matches(query: string, texts: string[]): boolean {
  const words = query
    .toLowerCase()
    .split(/[\s._]+/)
    .filter(Boolean);
  const all = texts
    .join(" ")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => all.some((one) => one.startsWith(word)));
}
