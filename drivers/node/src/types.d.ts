/** What `index.mjs` offers. */

import type {
  Action, ActionDescription, Checkpoint, Component, Delivery, Descriptor, ErrorKind, Failure,
  FieldError, Range, Reply, Request, Resource, Step, Trigger, TriggerDescription,
} from "./contract.d.ts";

export type * from "./contract.d.ts";

/** A contract error: the call failed, and this is why. */
export class ConnectorError extends Error {
  constructor(failure: Failure);
  /** What the connector says. `message` says besides which fields are wrong, and the advice. */
  readonly reason: string;
  readonly kind: ErrorKind;
  /** A stable word for programs. */
  readonly code: string;
  readonly advice?: string;
  /** Every wrong field of the input. */
  readonly fields: FieldError[];
  /** The HTTP status, when the service answered. */
  readonly status?: number;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
  /** What the service said, parsed; as text, when it is no JSON. */
  readonly details?: unknown;
}

/**
 * What a request may be, what a call may cost, and three that are no fault of a request:
 * `credential` has no usable value, `contract` was broken by the component, or it hit a `trap`.
 */
export type Rule =
  | "url" | "https" | "declared-origin" | "declared-credential" | "credential-origin"
  | "operation" | "permission"
  | "request-header" | "request-body" | "multipart" | "blob" | "pieces" | "redirects"
  | "response-size" | "checkpoint-size" | "steps" | "pause" | "call-time"
  | "credential" | "contract" | "trap";

/** The driver refused what the component asked for. */
export class Refusal extends Error {
  constructor(rule: Rule, message: string);
  readonly rule: Rule;
}

/** What a component may cost. Times in milliseconds, sizes in bytes. */
export interface Policy {
  /** For one request until it is answered, without the time for the bodies. Default 60 000. */
  timeoutMs: number;
  /**
   * Bytes a second that a transfer reaches at least: what the bodies of a request and of its answer
   * add to `timeoutMs`. Default 64 KiB.
   */
  transferRate: number;
  /** The body of one answer, decompressed, and what the connector makes of it. Default 32 MiB. */
  responseBytes: number;
  /** The same of an answer that goes into a blob. Default 4 GiB. */
  saveBytes: number;
  /** Default 1 MiB, which holds the cursor of a trigger that has seen 50 000 items. */
  checkpointBytes: number;
  /** In one call, pages and pauses included. Default 100 000. */
  steps: number;
  /** Different blobs that one call uses, and those that it saves. Default 10 000. */
  blobs: number;
  /** Parts or pieces that the body of one request is made of. Default 10 000. */
  pieces: number;
  /** The longest pause that a connector may ask for. Default 600 000. */
  pauseMs: number;
  /** For the whole call. Default 48 hours. */
  callMs: number;
  /** In a row. Default 5. */
  redirects: number;
  /** How often one request is sent at most; 1: no repeats. Default 4. */
  tries: number;
  /** The first wait before a repeat; each further one is twice as long. Default 500. */
  backoffMs: number;
  /** The longest wait before a repeat. A service that asks for more gets none. Default 90 000. */
  maxWaitMs: number;
}

/** Where credential values are: by id, or asked for before each request. */
export type Credentials =
  | Record<string, string | undefined>
  | ((id: string) => string | undefined | Promise<string | undefined>);

/** What may be done with a connection, besides what the service granted. */
export interface Permission {
  /** Only what changes nothing at the service. Default: no. */
  readOnly?: boolean;
  /** Nothing that takes something away or ends it. Default: no. */
  noDestructive?: boolean;
  /**
   * Also requests that are none of the operations that the connector lists. What they do, nobody
   * knows beforehand. Default: no. None whose path a service may read as another one's.
   */
  allowUnlisted?: boolean;
  /**
   * The scopes that the token has, when they are known: what needs others is then refused before
   * anything is sent, as a `ConnectorError` of the kind `forbidden` and the code `missing-scope`.
   */
  granted?: string[];
}

export interface Options extends Permission {
  credentials?: Credentials;
  /**
   * Renews a credential at the place that `credentials` reads. Called when the service no longer
   * takes the value, once for each request, and once for all requests that wait for it.
   */
  refresh?: (id: string) => void | Promise<void>;
  /** As the descriptor's settings schema says. Default `{}`. */
  settings?: Record<string, unknown>;
  policy?: Partial<Policy>;
  /**
   * For tests: a declared origin to the base URL that stands in for it. Every check is made on the
   * declared origin. A base is https, or http on loopback.
   */
  routes?: Record<string, string>;
  /** Default: Node's own. */
  http?: typeof fetch;
  /** What blob references stand for. Default: `files()`. */
  blobs?: BlobStore;
  /**
   * Runs the component in a worker, for components that you do not trust: one that never returns,
   * or fills its memory, ends its worker, and the call fails with the rule `trap`. Then `connect`
   * gives a promise. Takes what `load` gave.
   */
  isolate?: boolean | Partial<Isolation>;
}

/** What a component in a worker may use. */
export interface Isolation {
  /** How long one step may take, in milliseconds. Default 2000; real ones take less than one. */
  callMs: number;
  /** The worker's heap in MiB, without the component's own memory, which is 256 MiB. Default 256. */
  heapMb: number;
}

/**
 * Where files are. A `Refusal` that it throws ends the call; any other error tells the connector
 * that the blob cannot be read. Both are shown to people: no secrets in them.
 */
export interface BlobStore {
  /**
   * Finds what a reference stands for. Called each time that its bytes are needed, and only for
   * references that the call's input names and those that `save` gave.
   */
  open(reference: string, range?: ByteRange): OpenBlob | Promise<OpenBlob>;
  /**
   * Keeps the body of an answer, and gives the reference to it. One that begins with `saved:` is
   * good in later calls too, which `page` makes and whoever runs the loop: nobody may guess it.
   */
  save(content: AsyncIterable<Uint8Array>): Promise<string>;
  /** The call that saved it has ended, and nobody reads it any more. */
  drop?(reference: string): void | Promise<void>;
}

/** Bytes from `start` up to, and without, `end`, which may be behind the last one. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface OpenBlob {
  /** Bytes of the whole blob, also when a range is asked for. */
  size: number;
  /** The file's name, without folders. */
  name?: string;
  /** The bytes asked for. A Node stream, a web stream and a generator are such. */
  stream: AsyncIterable<Uint8Array>;
}

export interface FileOptions {
  /** Whose files may be sent, with all that is below them. Default: none. */
  folders?: string[];
  /** Folders whose files are never sent, also where they are below an allowed one. Default: none. */
  denied?: string[];
  /**
   * Whether `https:` addresses are opened too: those on the public internet, not those inside of
   * the network that this machine stands in. Default: no.
   */
  https?: boolean;
  /**
   * Where answers are saved. A call that goes on in another process needs the same folder there.
   * Default: a new one among the system's temporary files.
   */
  saves?: string;
}

/**
 * References are `data:` URIs, paths of files below the allowed folders, and https addresses. What
 * is saved has references `saved:…`.
 */
export function files(options?: FileOptions): BlobStore;

export interface Call {
  /** Ends the call, wherever it is, with the signal's reason. */
  signal?: AbortSignal;
}

/** For whoever runs the loop: what the input of the call is. */
export interface Owned {
  /** Blobs are opened only where it names them, and saved answers. Default: it names none. */
  input?: unknown;
}

/** Each method that runs a call throws `ConnectorError` or `Refusal`. */
export interface Connector {
  /** What a connection consists of. */
  describe(): Descriptor;
  /** The description of one action, trigger or webhook. */
  describe(id: string): ActionDescription | TriggerDescription;
  actions(): Action[];
  triggers(): Trigger[];
  /** Triggers for which the service calls; of connectors that have some. */
  webhooks(): Trigger[];
  /** The service's data as tables; of connectors that know it so. */
  resources(): Resource[];
  /** The output of an action; for one of shape `items`, all its items. */
  run(id: string, input?: object, call?: Call): Promise<unknown>;
  /** The items of an action as they come. To leave the loop is to stop the call. */
  list(id: string, input?: object, call?: Call): AsyncGenerator<unknown, unknown, undefined>;
  /**
   * One page of an action of shape `items`: the first, or the one after an earlier page. Nothing
   * but `next` has to be kept in between, in whatever process. It is absent after the last page.
   */
  page(
    id: string, input?: object, from?: Checkpoint, call?: Call,
  ): Promise<{ items: unknown[]; next?: Checkpoint }>;
  /** One poll of a trigger. Store the cursor together with the events, or after them. */
  poll(
    id: string, config: object, cursor?: string | null, call?: Call & { now?: string },
  ): Promise<{ events: TriggerEvent[]; cursor?: string }>;
  /** Asks the service to send events to an address; keep the result for `unsubscribe`. */
  subscribe(id: string, config: object, address: string, call?: Call): Promise<unknown>;
  unsubscribe(id: string, subscription: unknown, call?: Call): Promise<void>;
  /** The events in what the service sent to the address. */
  receive(id: string, config: object, delivery: Delivery, call?: Call): Promise<TriggerEvent[]>;
  /** The choices for a field of an action's input, or of a trigger's or webhook's configuration. */
  choices(
    id: string, field: string, input?: object, query?: string, call?: Call,
  ): AsyncGenerator<Choice, unknown, undefined>;
  /** The choices for a field of the settings, given those that are filled in. */
  settingChoices(
    field: string, settings?: object, query?: string, call?: Call,
  ): AsyncGenerator<Choice, unknown, undefined>;
  /** Whether the connection works, and whom it belongs to. Scopes: those of `connect` by default. */
  test(granted?: string[], call?: Call): Promise<unknown>;

  /** The first step of each kind of call, for an engine that keeps the checkpoints itself. */
  start: {
    action(id: string, input?: object): Step;
    poll(id: string, config: object, cursor?: string | null, now?: string): Step;
    choices(id: string, field: string, input?: object, query?: string): Step;
    settingChoices(field: string, settings?: object, query?: string): Step;
    subscribe(id: string, config: object, address: string): Step;
    unsubscribe(id: string, subscription: unknown): Step;
    receive(id: string, config: object, delivery: Delivery): Step;
    test(granted?: string[]): Step;
  };
  /** What a component gets for its look into a blob. */
  look(range: Range, call?: Owned): Promise<Reply>;
  /** The next step. What it says to send, `send` may refuse. */
  resume(checkpoint: Checkpoint, reply: Reply): Step;
  /** Sends a request once, under the policy and with its credential. */
  send(request: Request, call?: Call & Owned): Promise<Reply>;
}

/** A connector whose component runs in a worker: what asks it at once elsewhere asks it later. */
export type IsolatedConnector =
  Omit<Connector, "describe" | "triggers" | "resources" | "start" | "resume"> & {
    describe(): Descriptor;
    describe(id: string): Promise<ActionDescription | TriggerDescription>;
    triggers(): Promise<Trigger[]>;
    resources(): Promise<Resource[]>;
    start: {
      [Kind in keyof Connector["start"]]:
        (...args: Parameters<Connector["start"][Kind]>) => Promise<Step>;
    };
    resume(checkpoint: Checkpoint, reply: Reply): Promise<Step>;
  };

export interface TriggerEvent {
  id: string;
  occurred_at: string | null;
  data: unknown;
}

export interface Choice {
  value: unknown;
  title: string;
}

/**
 * Connects a component to the world. Give a function that makes an instance (`load` returns one):
 * then an instance that trapped is replaced, and all others are kept.
 */
export function connect(
  component: () => Component, options: Options & { isolate: true | Partial<Isolation> },
): Promise<IsolatedConnector>;
export function connect(component: Component | (() => Component), options?: Options): Connector;

/**
 * Loads what `npm run transpile` wrote into a folder of `dist/`. The core modules are compiled
 * once, here.
 */
export function load(folder: string | URL): Promise<() => Component>;
