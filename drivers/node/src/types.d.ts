/** What `index.mjs` offers. */

import type {
  Acknowledgement, Action, ActionDescription, Checkpoint, Component, Delivery, Descriptor, ErrorKind,
  Failure, FieldError, PendingRequest, Range, Reply, Resource, Step, Trigger, TriggerDescription, Webhook,
} from "./contract.d.ts";
import type { BlobStore, FileOptions, Http, Isolation, Options, Transport } from "./options.d.ts";

export type * from "./contract.d.ts";
export type * from "./options.d.ts";

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
 * What a request may be, what a call may cost, and six that are no fault of a request: `credential`
 * has no usable value, a part of `settings` is missing or does not fit into an address, an `extension`
 * is needed that is not there, `contract` was broken by the component, it hit a `trap`, or there is
 * no `engine` for it here.
 */
export type Rule =
  | "url" | "https" | "method" | "declared-origin" | "declared-credential" | "credential-origin"
  | "operation" | "permission" | "link"
  | "request-header" | "request-body" | "multipart" | "blob" | "pieces"
  | "response-size" | "checkpoint-size" | "steps" | "pause" | "call-time"
  | "credential" | "settings" | "extension" | "contract" | "trap" | "engine";

/** The driver refused what the component asked for. */
export class Refusal extends Error {
  constructor(rule: Rule, message: string);
  readonly rule: Rule;
}

/**
 * References are `data:` URIs, paths of files below the allowed folders, and https addresses. What
 * is saved has references `saved:…`.
 */
export function files(options?: FileOptions): BlobStore;

/** Makes a `connect` option `http` of a function that sends requests, such as a platform's own helper. */
export function transport(send: Transport): Http;

/** What the connector is told about a call. */
export interface CallContext {
  /**
   * Names this call and no other, by 1 to 64 visible ASCII characters: whoever begins the same call
   * again gives the same. Services that know a request that they had before do so by it. Default: random.
   */
  id?: string;
  /** When it began: RFC 3339 in UTC. Default: now. */
  now?: string;
  /**
   * No more items than these. `run`, `list` and the choices end there; for all else it is a hint, so
   * that the connector asks for smaller pages.
   */
  limit?: number;
}

export interface Call extends CallContext {
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
  /** What a connection consists of. Its addresses have the settings in them, where those are given. */
  describe(): Descriptor;
  /** The description of one action, trigger or webhook. */
  describe(id: string): ActionDescription | TriggerDescription;
  actions(): Action[];
  triggers(): Trigger[];
  /** Triggers for which the service calls; of connectors that have some. */
  webhooks(): Webhook[];
  /** The service's data as tables; of connectors that know it so. */
  resources(): Resource[];
  /**
   * Where files are. A saved answer that an output names is there until the caller drops it.
   */
  blobs: BlobStore;
  /** The output of an action; for one of shape `items`, all its items. */
  run(id: string, input?: object, call?: Call): Promise<unknown>;
  /** The items of an action as they come. To leave the loop is to stop the call. */
  list(id: string, input?: object, call?: Call): AsyncGenerator<unknown, unknown, undefined>;
  /**
   * One page of an action of shape `items`: the first, or the one after an earlier page. Nothing
   * but `next` has to be kept in between, in whatever process: it is the same call. It is absent after
   * the last page.
   */
  page(
    id: string, input?: object, from?: Checkpoint, call?: Call,
  ): Promise<{ items: unknown[]; next?: Checkpoint }>;
  /** One poll of a trigger. Store the cursor together with the events, or after them. */
  poll(
    id: string, config: object, cursor?: string | null, call?: Call,
  ): Promise<Events>;
  /**
   * Asks the service to send events to an address. Keep the result, as a secret: it is the subscription
   * that the others take. When it has `expires_at`, call `renew` before.
   */
  subscribe(id: string, config: object, address: string, call?: Call): Promise<unknown>;
  /** Makes a subscription last longer. The result is the one to keep in its place. */
  renew(id: string, config: object, subscription: unknown, call?: Call): Promise<unknown>;
  unsubscribe(id: string, subscription: unknown, call?: Call): Promise<void>;
  /**
   * Whether a delivery is the service's, before anything else is done with it. Keys that only the caller
   * has are given: what `subscribe` gave, and the client secret of the OAuth app.
   */
  verify(
    id: string, delivery: Delivery, keys?: { subscription?: unknown; clientSecret?: string },
  ): Promise<Verdict>;
  /**
   * What to answer the service at once. `subscription` is undefined as long as it is not known which it
   * is.
   */
  acknowledge(id: string, subscription: unknown, delivery: Delivery): Answer;
  /** Which accounts a delivery to a shared address is for: their `account.id` of `test`. */
  accounts(id: string, delivery: Delivery): string[];
  /** The events in what the service sent. `cursor`: what the last one gave. */
  receive(
    id: string, config: object, subscription: unknown, delivery: Delivery, cursor?: string | null,
    call?: Call,
  ): Promise<Events>;
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

  /**
   * The first step of each kind of call, for an engine that keeps the checkpoints itself. It gives a
   * call an `id`, and `send` the same.
   */
  start: {
    action(id: string, input?: object, call?: CallContext): Step;
    poll(id: string, config: object, cursor?: string | null, call?: CallContext): Step;
    choices(id: string, field: string, input?: object, query?: string, call?: CallContext): Step;
    settingChoices(field: string, settings?: object, query?: string, call?: CallContext): Step;
    subscribe(id: string, config: object, address: string, call?: CallContext): Step;
    renew(id: string, config: object, subscription: unknown, call?: CallContext): Step;
    unsubscribe(id: string, subscription: unknown, call?: CallContext): Step;
    receive(
      id: string, config: object, subscription: unknown, delivery: Delivery, cursor?: string | null,
      call?: CallContext,
    ): Step;
    test(granted?: string[], call?: CallContext): Step;
  };
  /** What a component gets for its look into a blob. */
  look(range: Range, call?: Owned): Promise<Reply>;
  /** The next step. What it says to send, `send` may refuse. */
  resume(checkpoint: Checkpoint, reply: Reply): Step;
  /** Sends the request of a step once, under the policy and with its credential. */
  send(pending: PendingRequest, call?: Call & Owned): Promise<Reply>;
}

/** A connector whose component runs in a worker: what asks it at once elsewhere asks it later. */
export type IsolatedConnector =
  Omit<Connector, "describe" | "triggers" | "resources" | "acknowledge" | "accounts" | "start" | "resume"> & {
    describe(): Descriptor;
    describe(id: string): Promise<ActionDescription | TriggerDescription>;
    triggers(): Promise<Trigger[]>;
    resources(): Promise<Resource[]>;
    acknowledge(id: string, subscription: unknown, delivery: Delivery): Promise<Answer>;
    accounts(id: string, delivery: Delivery): Promise<string[]>;
    start: {
      [Kind in keyof Connector["start"]]:
        (...args: Parameters<Connector["start"][Kind]>) => Promise<Step>;
    };
    resume(checkpoint: Checkpoint, reply: Reply): Promise<Step>;
  };

/**
 * Of a delivery: `right`; `wrong`: answer 401, and do nothing more; `absent`: it is not signed, and
 * `keyless`: the key is not there yet, so that it is only acknowledged, and 401 is the answer unless that
 * is the `last`; `none`: the service does not sign, so only the address keeps others out.
 */
export type Verdict = "right" | "wrong" | "absent" | "keyless" | "none";

/** What a poll or a delivery gave. Store the cursor together with the events, or after them. */
export interface Events {
  events: TriggerEvent[];
  cursor?: string;
}

/** An answer to the service. */
export interface Answer extends Omit<Acknowledgement, "subscription"> {
  /** What to keep as the subscription from now on, as long as no key of a signature is in the old one. */
  subscription?: unknown;
}

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
