// What the server answers with; docs/server.md tells it in words.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Data = { [key: string]: Json };
/** A JSON Schema with the hints of the contract. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Schema = { [key: string]: any };

export type Me = {
  tenant: string;
  key: { id: string; name: string };
  rights: string[];
  connectors: { id: string; title: string; version: string }[];
};

export type Scope = { id: string; purpose: string; minimum: boolean; suggested: boolean };

export type Connector = {
  id: string;
  title: string;
  summary: string;
  version: string;
  environments: { id: string; title: string; help?: string | null }[];
  scopes: Scope[];
  credentials: {
    id: string;
    title: string;
    required: boolean;
    group: string | null;
    kind: "oauth2" | "device" | "key" | "secret" | "pair" | "other";
  }[];
  settings: Schema | null;
  app: boolean;
};

export type Connection = {
  id: string;
  name: string;
  connector: string;
  environment: string;
  status: "draft" | "authenticated" | "expiring" | "needs_reconnect";
  detail: string | null;
  account: { id: string; name: string } | null;
  scopes: string[] | null;
  expires_at: string | null;
};

export type Limit = { name: string; calls: number; seconds: number; left: number };

export type Tested = {
  account: { id: string; name: string } | null;
  granted: string[] | null;
  lacking: { id: string; scopes: string[] }[];
};

export type Listed = { id: string; title: string; summary: string; group: string; scopes: string[] };

export type Action = Listed & {
  effect: string;
  destructive: boolean;
  shape: "single" | "items";
  notes: string[];
  deprecation: { ends: string | null; instead: string | null } | null;
};

/** How one record becomes the input of an action that takes many. */
export type Single = { field: string; beside: string[]; both: string[]; nested: boolean };

export type Described = Action & {
  input: Schema;
  output: Schema;
  examples: { title: string; input: Data }[];
  /** What is filled in, and for one record what it is. */
  form: { schema: Schema; one?: { schema: Schema; single: Single } };
};

export type DescribedTrigger = Listed & { config: Schema; data: Schema; sample?: Json };

export type Field = {
  name: string;
  kind: string;
  title?: string;
  description?: string;
  readable?: boolean;
  creatable?: boolean;
  required?: boolean;
  updatable?: boolean;
  incremental?: boolean;
};

export type Resource = { id: string; title: string; summary?: string; fields: Field[]; [more: string]: unknown };

export type Run = {
  id: string;
  action: string;
  state: "running" | "interrupted" | "done" | "failed";
  started: string;
  changed: string;
  items: number;
  requests: number;
  outcome_unknown: boolean;
  doing?: string | null;
  input?: Json;
  error?: string | null;
  problem?: Failure;
  output?: Json;
};

export type Failure = {
  title?: string;
  status?: number;
  code?: string;
  detail?: string;
  advice?: string;
  fields?: FieldError[];
  request_id?: string;
  run?: string;
};

export type FieldError = { path: string; message: string };

export type Choice = { value: Json; title: string };

export type Event = { id: string; time?: string | null; data: Json };

export type Key = { id: string; name: string; rights: string[]; made?: number; resource?: string | null };

export type Audited = {
  time: string;
  key: string;
  what: string;
  connection: string | null;
  input: Json;
  outcome: string;
  request: string | null;
};
