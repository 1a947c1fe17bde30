// My connector: all that it knows of its service. `README.md` says how to build and try it.

import { lastWords } from 'automation:connector/diagnostics@0.2.0';

const API = 'https://api.example.com';

// What the connector says about itself: schemas, actions, triggers, connection.

const ITEM = {
  type: 'object',
  properties: {
    id: { type: 'integer', title: 'Id' },
    name: { type: 'string', title: 'Name' },
    created_at: { type: 'string', title: 'Made at' },
  },
  required: ['id', 'name'],
};
const LIST_INPUT = {
  type: 'object',
  properties: { search: { type: 'string', title: 'Search', description: 'Only items whose name has this.' } },
  additionalProperties: false,
};
const CREATE_INPUT = {
  type: 'object',
  properties: { name: { type: 'string', title: 'Name', minLength: 1, maxLength: 100 } },
  required: ['name'],
  additionalProperties: false,
};
const NOTHING = { type: 'object', properties: {}, additionalProperties: false };
const FORM = {
  type: 'object',
  properties: { key: { type: 'string', title: 'API key', 'x-role': 'credential', 'x-secret': true } },
  required: ['key'],
};
const SAMPLE = { id: 7, name: 'A lamp', created_at: '2026-01-31T12:00:00Z' };
const json = JSON.stringify;

const action = (id, title, summary, effect, shape, input, example) => ({
  action: {
    id, operationId: undefined, title, summary, group: 'Items', scopes: [], effect, destructive: false,
    shape, notes: [], deprecation: undefined, extensions: [],
  },
  input: json(input),
  output: json(ITEM),
  examples: [{ title, input: json(example) }],
});
const ACTIONS = [
  action('items.list', 'List items', 'All items, the newest first.', 'read', 'items', LIST_INPUT, { search: 'lamp' }),
  action('items.create', 'Create an item', 'Makes an item.', 'write', 'single', CREATE_INPUT, { name: 'A lamp' }),
];
const CREATED = {
  trigger: {
    id: 'items.created', title: 'New item', summary: 'An item was made; the newest come first.', group: 'Items',
    scopes: [],
  },
  config: json(NOTHING),
  data: json(ITEM),
  sample: json({ id: '7', occurred_at: SAMPLE.created_at, data: SAMPLE }),
};
const DESCRIPTOR = {
  id: 'my-connector', title: 'My connector', summary: 'Items of a service.', version: '0.1.0', apiVersion: '1',
  environments: [],
  origins: [API],
  credentials: [{
    id: 'key', title: 'API key', required: true, group: undefined,
    source: { tag: 'secret', val: 'In the service: Settings, API keys.' },
    placement: { tag: 'bearer' },
    origins: [{ origin: API, environment: undefined }],
  }],
  requires: [],
  settings: json(NOTHING),
  form: json(FORM),
  setup: [{ title: 'Make an API key', text: 'Settings, API keys, New key.', url: 'https://example.com/settings' }],
  quotas: [{ id: 'api', calls: 60, windowMs: 60000 }],
  operations: [],
  extensions: [],
};

// Errors. What is thrown with a payload is the contract's error; all else is a crash.

class Refusal extends Error {
  constructor(kind, code, message, more = {}) {
    super(message);
    this.payload = {
      kind, code, message, advice: undefined, fields: [], status: undefined, requestId: undefined,
      retryAfterMs: undefined, details: undefined, ...more,
    };
  }
}
const invalid = (fields) => new Refusal('invalid-input', 'invalid-input', 'The input is wrong.', { fields });
const unknown = (what, id) => new Refusal('invalid-input', 'unknown-id', `There is no ${what} \`${id}\`.`);
const damaged = () => new Refusal('invalid-input', 'damaged', 'The checkpoint or the cursor is damaged.');

function refusal({ status, headers }) {
  const kinds = { 401: 'unauthenticated', 403: 'forbidden', 404: 'not-found', 409: 'conflict', 429: 'rate-limited' };
  const kind = kinds[status] ?? (status >= 500 ? 'unavailable' : 'rejected');
  const wait = headers.find(({ name }) => name === 'retry-after')?.value ?? '';
  const retryAfterMs = /^\d{1,5}$/.test(wait) ? Number(wait) * 1000 : undefined;
  return new Refusal(kind, `status-${status}`, `The service answered with status ${status}.`, { status, retryAfterMs });
}

/** A JSON text as a value. One that is nested very deep is refused, because the parser would crash. */
function parsed(text) {
  let [depth, isQuoted] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (letter === '\\') at += 1;
    else if (letter === '"') isQuoted = !isQuoted;
    else if (!isQuoted && (letter === '[' || letter === '{')) depth += 1;
    else if (!isQuoted && (letter === ']' || letter === '}')) depth -= 1;
    if (depth > 100) throw new SyntaxError('nested too deep');
  }
  return JSON.parse(text);
}

/** The object in a JSON text. Fails with every wrong field. */
function checked(schema, text) {
  let value;
  try {
    value = parsed(text);
  } catch {
    throw invalid([{ path: '', message: 'must be JSON' }]);
  }
  if (!isObject(value)) throw invalid([{ path: '', message: 'must be an object' }]);
  const known = schema.properties;
  const wrong = [];
  for (const name of schema.required ?? []) {
    if (value[name] === undefined || value[name] === null || value[name] === '') {
      wrong.push({ path: name, message: 'is needed' });
    }
  }
  for (const [name, given] of Object.entries(value)) {
    if (!Object.hasOwn(known, name)) wrong.push({ path: name, message: 'is not known' });
    else if (given === null) continue;
    else if (typeof given !== 'string') wrong.push({ path: name, message: 'must be a text' });
    else if (given.length > (known[name].maxLength ?? 200)) wrong.push({ path: name, message: 'is too long' });
  }
  if (wrong.length) throw invalid(wrong);
  return value;
}

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

// Steps. A checkpoint is what the next step needs to know, as JSON. Not every engine has a TextEncoder.

const encode = (text) => Uint8Array.from(unescape(encodeURIComponent(text)), (letter) => letter.charCodeAt(0));
function decode(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  // Most answers are ASCII, and the rest is slow.
  return /[\x80-\xff]/.test(text) ? decodeURIComponent(escape(text)) : text;
}
// Bytes. No host has to keep more than 1 MiB.
const LONGEST = 1_000_000;
function kept(state) {
  const checkpoint = encode(json(state));
  if (checkpoint.length <= LONGEST) return checkpoint;
  const message = `The connector has ${checkpoint.length} bytes to remember; ${LONGEST} is the most.`;
  throw new Refusal('other', 'checkpoint-too-long', message);
}

function send(path, state, body) {
  const headers = [{ name: 'accept', value: 'application/json' }];
  if (body) headers.push({ name: 'content-type', value: 'application/json' });
  const request = {
    method: { tag: body ? 'post' : 'get' }, url: API + path, headers,
    body: body ? { tag: 'bytes', val: encode(json(body)) } : { tag: 'empty' },
    credential: 'key', effect: body ? 'write' : 'read', costs: [{ quota: 'api', amount: 1 }],
    idempotencyHeader: undefined, save: false, extensions: [],
  };
  return { tag: 'send', val: { request, checkpoint: kept(state) } };
}
const emit = (items, state) => ({ tag: 'emit', val: { items: json(items), count: items.length, checkpoint: kept(state) } });
const done = (output, cursor) => ({ tag: 'done', val: { output: json(output ?? null), cursor } });
const askPage = (state) => send(`/items?page=${state.page}&search=${encodeURIComponent(state.search)}`, state);

const ANSWERS = {
  list: (state, body) => emit(items(body), { ...state, page: body.next }),
  // What is newer than the cursor.
  poll(state, body) {
    const all = items(body);
    const newest = Math.max(state.newest, ...all.map(({ id }) => id));
    const fresh = all.filter(({ id }) => id > state.seen);
    const isLast = fresh.length < all.length || !body.next;
    if (state.seen < 0 || (fresh.length === 0 && isLast)) return done(null, String(newest));
    const events = fresh.map((data) => ({ id: String(data.id), occurred_at: data.created_at ?? null, data }));
    return emit(events, { ...state, newest, page: isLast ? undefined : body.next });
  },
  test: (_state, body) => done({ account: { id: String(body.id), name: body.name }, lacking: [] }),
  create: (_state, body) => done(body),
};

function items(body) {
  if (!Array.isArray(body.items) || !body.items.every(isObject)) throw new TypeError('no items');
  return body.items;
}

/** What a checkpoint holds. It may come from anybody, so that nothing in it is taken on trust. */
function stateOf(checkpoint) {
  // `kept` writes none that is longer.
  if (checkpoint.length > LONGEST) throw damaged();
  let state;
  try {
    state = parsed(decode(checkpoint));
  } catch {
    throw damaged();
  }
  if (!isObject(state) || !Object.hasOwn(ANSWERS, state.do)) throw damaged();
  const isPage = state.page === undefined || state.page === null || (Number.isSafeInteger(state.page) && state.page > 0);
  const isWalk = typeof state.search === 'string' && isPage;
  const isPoll = Number.isSafeInteger(state.seen) && Number.isSafeInteger(state.newest);
  if (['list', 'poll'].includes(state.do) && !isWalk) throw damaged();
  if (state.do === 'poll' && !isPoll) throw damaged();
  return state;
}

function resumed(checkpoint, reply) {
  const state = stateOf(checkpoint);
  if (reply.tag === 'undelivered') throw new Refusal('unavailable', 'undelivered', `No answer came: ${reply.val}.`);
  if (reply.tag === 'proceed' && ['list', 'poll'].includes(state.do)) {
    if (state.page) return askPage(state);
    return done(null, state.do === 'poll' ? String(state.newest) : undefined);
  }
  if (reply.tag !== 'response') throw damaged();
  const { status, body } = reply.val;
  if (status < 200 || status >= 300) throw refusal(reply.val);
  try {
    return ANSWERS[state.do](state, JSON.parse(decode(body)));
  } catch (fault) {
    // A name that is not there is a mistake of the connector's, and no answer's.
    if (fault instanceof Refusal || fault instanceof ReferenceError) throw fault;
    throw new Refusal('unexpected', 'odd-answer', 'The answer is not what the service promises.', { status });
  }
}

// What the contract asks for.

function found(list, id, what) {
  const description = list.find((it) => it[what].id === id);
  if (!description) throw unknown(what, id);
  return description;
}
const noChoices = (field) => { throw unknown('field with choices', field); };

/** Lets functions say where they crashed, because a host sees no stack. Errors of the contract go through. */
function telling(functions) {
  const told = (run) => (...given) => {
    try {
      return run(...given);
    } catch (fault) {
      if (!(fault instanceof Refusal)) lastWords(`${fault?.stack ?? ''}${fault}`);
      throw fault;
    }
  };
  return Object.fromEntries(Object.entries(functions).map(([name, run]) => [name, told(run)]));
}

export const types = {};

export const connection = telling({
  describe: () => DESCRIPTOR,
  test: (_settings, _granted, _context) => send('/me', { do: 'test' }),
  choices: (field, _settings, _query, _context) => noChoices(field),
});

export const actions = telling({
  listActions: () => ACTIONS.map(({ action }) => action),
  describe: (id) => found(ACTIONS, id, 'action'),
  start(id, input, _settings, _context) {
    const given = checked(JSON.parse(found(ACTIONS, id, 'action').input), input);
    if (id === 'items.create') return send('/items', { do: 'create' }, { name: given.name });
    return askPage({ do: 'list', page: 1, search: given.search ?? '' });
  },
  choices: (_id, field, _input, _settings, _query, _context) => noChoices(field),
});

export const triggers = telling({
  listTriggers: () => [CREATED.trigger],
  describe: (id) => found([CREATED], id, 'trigger'),
  start(id, config, _settings, cursor, _context) {
    checked(JSON.parse(found([CREATED], id, 'trigger').config), config);
    if (cursor !== undefined && cursor !== null && !/^\d{1,15}$/.test(cursor)) throw damaged();
    const seen = cursor === undefined || cursor === null ? -1 : Number(cursor);
    return askPage({ do: 'poll', page: 1, search: '', seen, newest: Math.max(seen, 0) });
  },
  choices: (_id, field, _config, _settings, _query, _context) => noChoices(field),
});

export const steps = telling({
  resume: (checkpoint, reply) => resumed(checkpoint, reply),
});
