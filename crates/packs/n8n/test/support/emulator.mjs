/** The service on this machine, and its side door. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { connector } from "./pack.mjs";

/** Starts it. */
export async function emulator() {
  const child = spawn(connector, ["--json", "emulator"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface(child.stdout), "line");
  const { origin, access_token: token, routes, ...rest } = JSON.parse(line);

  /** The side door. */
  const door = async (path, body, method = body === undefined ? "GET" : "POST") => {
    const response = await fetch(`${origin}/emulator/${path}`, {
      method,
      headers: { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  };

  const pairs = routes.map((route) => route.split("="));
  return { origin, token, routes: Object.fromEntries(pairs), rest, door, end: () => child.kill() };
}
