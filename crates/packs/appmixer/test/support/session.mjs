/** A connected account in Appmixer's command line, and its components. */

import assert from "node:assert/strict";
import { join } from "node:path";

import { appmixer } from "./judge.mjs";

/** What the command line says about secrets on its own account. */
const OWN_WORDS = /^(Using|Access token:|New access token:|Refresh token:).*$/gm;

/**
 * @param {string} service the folder of the pack with `service.json`
 * @param {object} configuration of the service, as in the Backoffice
 */
export async function session(service, configuration) {
  const cli = await appmixer(configuration);
  const module = join(service, "auth.js");
  const secrets = new Set();

  /** Runs a command; nothing but its own words may hold a secret. */
  async function run(command, args, seen) {
    const ran = await cli.run(command, args, seen);
    for (const kept of Object.values(cli.stored())) {
      for (const name of ["accessToken", "refreshToken", "clientSecret"]) {
        if (kept[name]) secrets.add(kept[name]);
      }
    }
    const rest = ran.text.replaceAll(OWN_WORDS, "");
    for (const secret of secrets) assert.ok(!rest.includes(secret), `a secret in: ${rest}`);
    return ran;
  }

  /** Logs in: `open` is given the page that the command line shows in a browser. */
  function meet(args, open) {
    let met = false;
    return run("test auth login", [...args, module], async (text) => {
      const shown = /^(http\S+)\s/m.exec(plain(text).split("in browser:")[1] ?? "")?.[1];
      if (!shown || met) return;
      met = true;
      await open(new URL(shown));
    });
  }

  const send = (path, form) => fetch(`${cli.server}/auth/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(form),
  });

  return {
    ...cli,
    secrets,
    run,
    auth: (command) => run(`test auth ${command}`, [module]),

    /** As a person does it: fills in the form, and follows the link to the consent page. */
    login: (client, scopes, form) =>
      meet(["-c", client.id, "-s", client.secret, "-o", scopes.join()], async (page) => {
        await send("save-pre-data", form);
        await fetch(page.searchParams.get("authUrl"));
      }),

    /** Fills in the form of a service that has no consent page. */
    enter: (form) => meet([], () => send("process-auth-data", form)),

    /**
     * Runs a component.
     * @returns {Promise<{ code: number, text: string, messages: any[] }>} what it sent
     */
    async component(name, { input, properties, transform, tickMs, seen } = {}) {
      const args = [join(service, name)];
      if (input) args.push("-i", JSON.stringify({ in: input }));
      if (properties) args.push("-p", JSON.stringify(properties));
      if (transform) args.push("-f", transform);
      if (tickMs) args.push("-t", String(tickMs));
      const ran = await run("test component", args, seen);
      return { ...ran, messages: sent(ran.text) };
    },
  };
}

/** The messages in a log. */
export function sent(text) {
  return [...plain(text).matchAll(/^msg: +(.*)$/gm)].map(([, json]) => JSON.parse(json));
}

/** Without colours. */
const plain = (text) => text.replaceAll(/\x1b\[[0-9;]*m/g, "");
