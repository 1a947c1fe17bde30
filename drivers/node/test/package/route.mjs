/** Leads what a README's code sends to the service to an emulator instead: `--import` this file. */

const routes = JSON.parse(process.env.ROUTES).map((route) => route.split("="));
const { fetch } = globalThis;

globalThis.fetch = (url, options) => {
  const { href } = new URL(url);
  const [from, to] = routes.find(([from]) => href.startsWith(`${from}/`)) ?? [];
  if (from === undefined) throw new Error(`${href} is not to be reached in a test`);
  return fetch(href.replace(from, to), options);
};
