/**
 * The contract of `wit/`, as a transpiled component shows it to JavaScript. The doc comments there
 * are the specification; the type check compares this file with what `jco` makes of a component.
 */

/** Text holding one JSON value. */
export type Json = string;
export type Checkpoint = Uint8Array;
export type Method = "get" | "head" | "post" | "put" | "patch" | "delete";
export type Effect = "read" | "idempotent" | "write";

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

export type Piece =
  | { tag: "text"; val: string }
  | { tag: "blob"; val: string }
  | { tag: "blob-base64"; val: string };

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
  quota?: string;
  save: boolean;
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
  size: number;
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
  | "unexpected";

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
  offset: number;
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

export interface OAuth2 {
  endpoints: { environment: string; authorizeUrl: string; tokenUrl: string; revokeUrl?: string }[];
  scopes: { id: string; purpose: string; minimum: boolean; suggested: boolean }[];
  scopeSeparator: string;
  grants: Grant[];
  clientAuthentication: "basic" | "form";
  tokenParameters: { grant: Grant; name: string; value: string; condition?: string }[];
  tokenAnswer: {
    accessToken: string;
    expiresIn: string;
    refreshToken?: string;
    refreshTokenExpiresIn?: string;
    grantedScopes?: string;
  };
  pkce: boolean;
  redirectUris: { platform: string; uri: string }[];
  rules: OAuthRule[];
}

export interface OAuthRule {
  grant?: Grant;
  status?: number;
  contains: string;
  fault: OAuthFault;
  advice: string;
}

export type OAuthFault =
  | "client-id"
  | "client-secret"
  | "redirect-uri"
  | "denied"
  | "scope"
  | "code"
  | "refresh-token";

export type Grant = "authorization-code" | "refresh-token" | "client-credentials";

export interface Credential {
  id: string;
  title: string;
  required: boolean;
  source: { tag: "oauth2"; val: OAuth2 } | { tag: "secret"; val: string };
  placement: { tag: "bearer" } | { tag: "header"; val: string };
  origins: { origin: string; environment?: string }[];
}

export interface Descriptor {
  id: string;
  title: string;
  summary: string;
  version: string;
  apiVersion: string;
  environments: { id: string; title: string; help: string }[];
  origins: string[];
  credentials: Credential[];
  settings: Json;
  form: Json;
  setup: { title: string; text: string; url?: string }[];
  quotas: { id: string; calls: number; windowMs: number }[];
  operations: string[];
}

export interface Delivery {
  headers: Header[];
  body: Uint8Array;
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
    test(settings: Json, granted?: string[]): Step;
    choices(field: string, settings: Json, query?: string): Step;
  };
  actions: {
    list(): Action[];
    describe(id: string): ActionDescription;
    start(id: string, input: Json, settings: Json): Step;
    choices(id: string, field: string, input: Json, settings: Json, query?: string): Step;
  };
  triggers: {
    list(): Trigger[];
    describe(id: string): TriggerDescription;
    start(id: string, config: Json, settings: Json, cursor: string | undefined, now: string): Step;
    choices(id: string, field: string, config: Json, settings: Json, query?: string): Step;
  };
  steps: {
    resume(checkpoint: Checkpoint, reply: Reply): Step;
  };
  data?: {
    resources(): Resource[];
  };
  webhooks?: {
    list(): Trigger[];
    describe(id: string): TriggerDescription;
    subscribe(id: string, config: Json, settings: Json, address: string): Step;
    unsubscribe(id: string, subscription: Json, settings: Json): Step;
    receive(id: string, config: Json, settings: Json, delivery: Delivery): Step;
    choices(id: string, field: string, config: Json, settings: Json, query?: string): Step;
  };
  operations?: {
    bases(): OperationBase[];
    all(): Operation[];
  };
}
