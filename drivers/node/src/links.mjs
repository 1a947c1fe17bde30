/** Which hosts the addresses may lead to that a caller sends to a service. */

import { decode } from "./bytes.mjs";
import { Refusal } from "./errors.mjs";

/** @import { Request } from "./contract.d.ts" */

/** What browsers leave out of an address. */
const LEFT_OUT = /[\t\r\n]/g;

export class Links {
  #hosts;

  /**
   * Throws for what is no host: `example.com` is one, `*.example.com` all below it.
   * @param {string[]} hosts
   */
  constructor(hosts) {
    this.#hosts = hosts.map((host) => {
      const name = host.trim().toLowerCase();
      const bare = name.replace(/^\*\./, "");
      const isHost = /^[a-z0-9._-]+$/.test(bare) && URL.canParse(`https://${bare}/`);
      if (isHost && new URL(`https://${bare}/`).hostname === bare) return name;
      throw new TypeError(`\`links\`: ${JSON.stringify(host)} is no host: it is one like example.com or *.example.com`);
    });
  }

  /**
   * Throws with the place of the first link that leads elsewhere.
   * @param {Request} request
   */
  check({ url, body }) {
    for (const [name, value] of new URL(url).searchParams) this.#text(name, value);
    if (body.tag === "bytes") this.#content(decode(body.val));
    if (body.tag === "pieces") {
      // Files leave nothing behind but the text around them.
      this.#content(body.val.map((piece) => (piece.tag === "text" ? piece.val : "")).join(""));
    }
    if (body.tag === "multipart") {
      for (const { name, content } of body.val) if (content.tag === "text") this.#text(name, content.val);
    }
  }

  /** @param {string} text of JSON, or of a form */
  #content(text) {
    let value;
    try {
      value = JSON.parse(text);
    } catch {
      for (const [name, value] of new URLSearchParams(text)) this.#text(name, value);
      return;
    }
    this.#value("", value);
  }

  /**
   * @param {string} path
   * @param {unknown} value
   */
  #value(path, value) {
    if (typeof value === "string") return this.#text(path, value);
    if (typeof value !== "object" || value === null) return;
    for (const [name, member] of Object.entries(value)) {
      const below = Array.isArray(value) ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
      this.#value(below, member);
    }
  }

  /**
   * @param {string} path
   * @param {string} given
   */
  #text(path, given) {
    const text = given.trim().replace(LEFT_OUT, "");
    if (!/^https?:/i.test(text) || /\s/.test(text)) return;
    const host = URL.canParse(text) ? new URL(text).hostname.replace(/\.$/, "") : undefined;
    if (host !== undefined && this.#hosts.some((known) => allows(known, host))) return;
    const where = host ?? "an address that cannot be read";
    throw new Refusal("link", `${path}: leads to ${where}; links may lead to ${this.#hosts.join(", ") || "none"}`);
  }
}

/**
 * @param {string} known
 * @param {string} host
 */
function allows(known, host) {
  return known.startsWith("*.") ? host.endsWith(known.slice(1)) && host.length >= known.length : host === known;
}
