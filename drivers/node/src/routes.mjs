/** Leads what is meant for one origin to another place, for tests. */

import { covers } from "./policy.mjs";

/**
 * Base URLs by declared origin. They are https, or http on loopback.
 * @param {Record<string, string>} routes
 * @returns {[string, URL][]}
 */
export function readRoutes(routes) {
  return Object.entries(routes).map(([origin, to]) => {
    const base = new URL(to);
    const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(base.hostname);
    if (base.protocol !== "https:" && !(base.protocol === "http:" && loopback)) {
      throw new TypeError(`the route of ${origin}: ${to} is neither https nor http on loopback`);
    }
    return [origin, base];
  });
}

/**
 * Where a URL leads; the first route that fits wins.
 * @param {[string, URL][]} routes
 * @param {URL} url
 */
export function lead(routes, url) {
  const base = routes.find(([origin]) => covers(origin, url))?.[1];
  if (!base) return url;
  // Not as a reference relative to the base: two slashes at its front would be another host.
  const target = new URL(base);
  target.pathname = base.pathname.replace(/\/+$/, "") + url.pathname;
  target.search = url.search;
  return target;
}
