// The same calls as a platform's own worker makes them in Node: axios, a client for each connection, pages
// mapped and checked, errors sorted, repeats where they do no harm.
//
//     node worker.mjs calls NUMBER ORIGIN     many calls at once
//     node worker.mjs read PATH ORIGIN TOKEN  one list, page by page
import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import axios from 'axios';

const CONNECTIONS = 100;
const PAUSE_MS = 2000;
const NO_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/;
const BATCH = {
  catalog_type: 'RETAIL',
  country: 'GB',
  language: 'en-GB',
  items: [{ operation: 'UPDATE', item_id: 'MUG-BLUE', attributes: { price: '12.50 GBP', availability: 'in stock' } }],
};
const KINDS = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not-found', 409: 'conflict', 429: 'rate-limited' };

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

function kindOf({ response }) {
  if (!response || response.status >= 500) return 'unavailable';
  return KINDS[response.status] ?? 'rejected';
}

function connection(origin, token) {
  const client = axios.create({
    baseURL: `${origin}/v5/`,
    timeout: 60_000,
    proxy: false,
    httpAgent: new http.Agent({ keepAlive: true }),
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
  });
  return async function request(config) {
    for (let attempt = 0; ; attempt++) {
      try {
        return (await client.request(config)).data;
      } catch (cause) {
        const kind = kindOf(cause);
        const again = kind === 'rate-limited' || (kind === 'unavailable' && !config.method);
        if (!again || attempt === 3) throw new Error(`${kind}: ${cause.message}`, { cause });
        await sleep((Number(cause.response?.headers['retry-after']) || 2 ** attempt / 2) * 1000);
      }
    }
  };
}

const zoned = (time) => (typeof time === 'string' && NO_ZONE.test(time) ? `${time}Z` : time);
const mapped = (pin) => ({ ...pin, created_at: zoned(pin.created_at) });

/** The number of items. */
async function list(request, url) {
  let items = 0;
  let bookmark;
  do {
    const page = await request({ url, params: { page_size: 250, bookmark } });
    if (!Array.isArray(page.items)) throw new Error('unexpected: no items');
    items += page.items.map(mapped).length;
    bookmark = page.bookmark ?? undefined;
  } while (bookmark);
  return items;
}

async function batch(request) {
  let state = await request({ method: 'POST', url: 'catalogs/items/batch', data: BATCH });
  while (state.status === 'PROCESSING') {
    await sleep(PAUSE_MS);
    state = await request({ url: `catalogs/items/batch/${state.batch_id}` });
  }
}

/** Seven lists, two creates and a batch in ten. */
function call(request, index) {
  const kind = Math.floor(index / CONNECTIONS) % 10;
  if (kind < 7) return list(request, 'pins');
  if (kind < 9) return request({ method: 'POST', url: 'boards', data: { name: 'Summer recipes' } });
  return batch(request);
}

async function calls(number, origin) {
  const connections = Array.from({ length: CONNECTIONS }, () => connection(origin, 'a-token'));
  const made = Array.from({ length: number }, (_, index) => call(connections[index % CONNECTIONS], index));
  const ended = await Promise.allSettled(made);
  return ended.filter(({ status }) => status === 'rejected').length;
}

const memory = (name) => Number(readFileSync('/proc/self/status', 'utf8').match(new RegExp(`${name}:\\s+(\\d+)`))[1]);

const [what, which, origin, token] = process.argv.slice(2);
// From here on the peak is counted anew.
writeFileSync('/proc/self/clear_refs', '5');
const before = memory('VmRSS');
// Many calls are measured without what starts them, a process that reads as a whole.
const begun = what === 'calls' ? process.cpuUsage() : undefined;
const result = what === 'calls' ? { failed: await calls(Number(which), origin) } : { items: await list(connection(origin, token), which) };
const { user, system } = process.cpuUsage(begun);
console.log(JSON.stringify({ ...result, cpu_us: user + system, peak: memory('VmHWM') - before }));
process.exit(0);
