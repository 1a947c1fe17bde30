/** The bundle of a page: the emulator is behind the server that the page is from. */

import { use } from "./use.mjs";

const given = await (await fetch("/emulator")).json();
const routes = Object.fromEntries(Object.entries(given.routes).map(([origin, path]) => [origin, location.origin + path]));
document.body.textContent = await use({ ...given, routes }).then(JSON.stringify, (error) => `failed: ${error.stack}`);
