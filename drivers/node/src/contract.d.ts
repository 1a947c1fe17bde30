/**
 * The contract of `wit/`, as a transpiled component shows it to JavaScript. The doc comments there
 * are the specification; the type check compares this file with what `jco` makes of a component.
 */

import type { Descriptor } from "./connection.d.ts";

export type * from "./connection.d.ts";

/** Text holding one JSON value. */
export type Json = string;
export type Checkpoint = Uint8Array;
export type Effect = "read" | "idempotent" | "write";

/** Something that the contract has no case or member for. */
export interface Extension {
  name: string;
  value: Json;
}

/** What the host knows about a call. */
export interface Context {
  /** Names this call and no other. */
  call: string;
  /** When it began: RFC 3339 in UTC. */
  now: string;
  /** BCP 47. */
  locale?: string;
  /** No more items than this are wanted. */
  wanted?: bigint;
  extensions: Extension[];
}

/** `other` is one in capitals. */
export type Method =
  | { tag: "get" | "head" | "post" | "put" | "patch" | "delete" }
  | { tag: "other"; val: string };

export interface Header {
  name: string;
  value: string;
}

export type PartContent = { tag: "text"; val: string } | { tag: "blob"; val: string };

export interface Part {
  name: string;
  filename?: string;
  contentType?: string;
  content: PartContent;
}

/** Some bytes of a blob. */
export interface Slice {
  blob: string;
  offset: bigint;
  length: bigint;
}

export type Piece =
  | { tag: "text"; val: string }
  | { tag: "blob"; val: string }
  | { tag: "blob-base64"; val: string }
  | { tag: "slice"; val: Slice };

/** What a request takes from a rate limit of the descriptor. */
export interface Cost {
  quota: string;
  amount: number;
}

export type Body =
  | { tag: "empty" }
  | { tag: "bytes"; val: Uint8Array }
  | { tag: "multipart"; val: Part[] }
  | { tag: "pieces"; val: Piece[] };

export interface Request {
  method: Method;
  url: string;
  headers: Header[];
  body: Body;
  credential?: string;
  effect: Effect;
  costs: Cost[];
  /** The name of a header that the host fills. */
  idempotencyHeader?: string;
  save: boolean;
  extensions: Extension[];
}

export interface Response {
  status: number;
  headers: Header[];
  body: Uint8Array;
}

export interface Saved {
  status: number;
  headers: Header[];
  blob: string;
}

export interface Chunk {
  data: Uint8Array;
  /** Of the whole blob. */
  size: bigint;
  name?: string;
}

export type ErrorKind =
  | "invalid-input"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "conflict"
  | "rate-limited"
  | "rejected"
  | "unavailable"
  | "unexpected"
  | "other";

export interface FieldError {
  path: string;
  message: string;
}

/** The error record; `ConnectorError` is what the driver throws for it. */
export interface Failure {
  kind: ErrorKind;
  code: string;
  message: string;
  advice?: string;
  fields: FieldError[];
  status?: number;
  requestId?: string;
  retryAfterMs?: number;
  details?: Json;
}

export interface PendingRequest {
  request: Request;
  checkpoint: Checkpoint;
}

export interface Pause {
  ms: number;
  reason: string;
  checkpoint: Checkpoint;
}

export interface Range {
  blob: string;
  offset: bigint;
  length: number;
  checkpoint: Checkpoint;
}

export interface Page {
  items: Json;
  count: number;
  checkpoint: Checkpoint;
}

export interface Outcome {
  output: Json;
  cursor?: string;
}

export type Step =
  | { tag: "send"; val: PendingRequest }
  | { tag: "pause"; val: Pause }
  | { tag: "emit"; val: Page }
  | { tag: "read"; val: Range }
  | { tag: "done"; val: Outcome };

export type Reply =
  | { tag: "response"; val: Response }
  | { tag: "saved"; val: Saved }
  | { tag: "chunk"; val: Chunk }
  | { tag: "undelivered"; val: string }
  | { tag: "proceed" };

export interface Action {
  id: string;
  operationId?: string;
  title: string;
  summary: string;
  group: string;
  scopes: string[];
  effect: Effect;
  destructive: boolean;
  shape: "single" | "items";
  notes: string[];
  /** Absent: it stays. */
  deprecation?: { ends?: string; instead?: string };
  extensions: Extension[];
}

export interface Trigger {
  id: string;
  title: string;
  summary: string;
  group: string;
  scopes: string[];
}

export interface ActionDescription {
  action: Action;
  input: Json;
  output: Json;
  examples: { title: string; input: Json }[];
}

export interface TriggerDescription {
  trigger: Trigger;
  config: Json;
  data: Json;
  sample: Json;
}

/** What the service sent to an address of the host's. */
export interface Delivery {
  method: Method;
  url: string;
  headers: Header[];
  body: Uint8Array;
}

export type Encoding = "plain" | "hex" | "base64";

/** How a host knows that a delivery is the service's. */
export interface Signature {
  header: string;
  element?: string;
  prefix: string;
  encoding: Encoding;
  algorithm:
    | { tag: "hmac-sha256" | "hmac-sha1" | "hmac-sha512" | "ed25519" | "token" }
    | { tag: "other"; val: Extension };
  key:
    | { tag: "client-secret" }
    | { tag: "credential" | "subscription" | "constant"; val: string };
  keyEncoding: Encoding;
  signed: string;
  time?: { time: string; toleranceMs: number };
}

export interface Webhook {
  trigger: Trigger;
  /** Whether the address is one for all connections of the app. */
  shared: boolean;
  /** One of them must be right. Empty: the service does not sign. */
  signatures: Signature[];
}

/** What to answer the service, at once. */
export interface Acknowledgement {
  status: number;
  headers: Header[];
  body: Uint8Array;
  /** The delivery holds no events. */
  last: boolean;
  /** What to keep as the subscription from now on. */
  subscription?: Json;
}

export interface Resource {
  id: string;
  title: string;
  fields: { name: string; kind: string }[];
  key: string[];
  parents: string[];
  analytic: boolean;
  incremental?: string;
  since?: string;
  listAction?: string;
  getAction?: string;
  createAction?: string;
  updateAction?: string;
  deleteAction?: string;
}

/** Where the paths of all operations begin. */
export interface OperationBase {
  url: string;
  environment?: string;
}

/** What the service does for one method at one path. */
export interface Operation {
  id: string;
  method: Method;
  path: string;
  scopes: string[];
  effect: Effect;
  destructive: boolean;
}

/** The exports of an instance. Connectors may lack the last three. */
export interface Component {
  connection: {
    describe(): Descriptor;
    test(settings: Json, granted: string[] | undefined, context: Context): Step;
    choices(field: string, settings: Json, query: string | undefined, context: Context): Step;
  };
  actions: {
    listActions(): Action[];
    describe(id: string): ActionDescription;
    start(id: string, input: Json, settings: Json, context: Context): Step;
    choices: Choose;
  };
  triggers: {
    listTriggers(): Trigger[];
    describe(id: string): TriggerDescription;
    start(
      id: string, config: Json, settings: Json, cursor: string | undefined, context: Context,
    ): Step;
    choices: Choose;
  };
  steps: {
    resume(checkpoint: Checkpoint, reply: Reply): Step;
  };
  data?: {
    resources(): Resource[];
  };
  webhooks?: {
    listWebhooks(): Webhook[];
    describe(id: string): TriggerDescription;
    subscribe(id: string, config: Json, settings: Json, address: string, context: Context): Step;
    renew(id: string, config: Json, settings: Json, subscription: Json, context: Context): Step;
    unsubscribe(id: string, subscription: Json, settings: Json, context: Context): Step;
    acknowledge(id: string, subscription: Json | undefined, delivery: Delivery): Acknowledgement;
    accounts(id: string, delivery: Delivery): string[];
    receive(
      id: string, config: Json, settings: Json, subscription: Json, delivery: Delivery,
      cursor: string | undefined, context: Context,
    ): Step;
    choices: Choose;
  };
  operations?: {
    bases(): OperationBase[];
    all(): Operation[];
  };
}

type Choose = (
  id: string, field: string, input: Json, settings: Json, query: string | undefined,
  context: Context,
) => Step;
