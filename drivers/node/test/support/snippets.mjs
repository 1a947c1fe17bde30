/** What a README shows: its code, and the commands before it. */

import { readFileSync } from "node:fs";

/**
 * The blocks of a README in their order, each with the heading that it is under: `language` is that
 * of a fence, and `shell` for lines that are set in by four blanks.
 * @param {string | URL} path
 */
export function snippets(path) {
  const blocks = [];
  let [heading, fence] = ["", undefined];
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const last = blocks.at(-1);
    const opened = /^```(\w*)/.exec(line);
    if (fence !== undefined) {
      if (line.startsWith("```")) fence = undefined;
      else fence.code += `${line}\n`;
    } else if (opened) {
      fence = { heading, language: opened[1], code: "" };
      blocks.push(fence);
    } else if (/^#+ /.test(line)) {
      heading = line.replace(/^#+ /, "");
    } else if (line.startsWith("    ")) {
      if (last?.open) last.code += `${line.slice(4)}\n`;
      else blocks.push({ heading, language: "shell", code: `${line.slice(4)}\n`, open: true });
      continue;
    }
    if (last) last.open = false;
  }
  return blocks;
}

/**
 * The only block of a language under a heading.
 * @param {string | URL} path
 * @param {string} heading
 * @param {string} language
 */
export function snippet(path, heading, language = "js") {
  const found = snippets(path).filter((it) => it.heading === heading && it.language === language);
  if (found.length !== 1) throw new Error(`${found.length} ${language} blocks under ${heading}`);
  return found[0].code;
}
