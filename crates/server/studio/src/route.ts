// Addresses within the page: all of it is behind the `#`, so that any of them can be opened.

import { useSyncExternalStore } from "react";

export type Route = { parts: string[]; query: URLSearchParams };

export function parse(hash: string): Route {
  const [place, query = ""] = hash.replace(/^#/, "").split("?", 2);
  const parts = place
    .split("/")
    .filter(Boolean)
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  return { parts, query: new URLSearchParams(query) };
}

/** The address of parts, each encoded. */
export function to(...parts: string[]) {
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

export function go(address: string) {
  location.hash = address;
}

const subscribe = (tell: () => void) => {
  addEventListener("hashchange", tell);
  return () => removeEventListener("hashchange", tell);
};

export function useHash() {
  return useSyncExternalStore(subscribe, () => location.hash);
}
