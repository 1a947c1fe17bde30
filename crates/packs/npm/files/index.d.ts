/** The connector. What is not told here is told in `driver/types.d.ts`. */

import type * as driver from "./driver/types.js";
import type { Actions, CredentialId, PairId, Settings, Triggers, Webhooks } from "./schemas.js";

export type * from "./driver/types.js";
export type * from "./schemas.js";
export { ConnectorError, Refusal, files, transport } from "./driver/types.js";
export { blobs } from "./driver/edge.js";

type Action = keyof Actions;
type List = { [Id in Action]: Actions[Id] extends { item: unknown } ? Id : never }[Action];
type Trigger = keyof Triggers;
type Webhook = keyof Webhooks;
type Calls = Actions & Triggers & Webhooks;

/** An input that has no required field may be left out. */
type With<Input, More extends unknown[]> =
  {} extends Input ? [input?: Input, ...more: More] : [input: Input, ...more: More];

/** What a form holds that is not filled in to its end. */
type Begun<Id extends keyof Calls> = Calls[Id] extends { input: infer Input } ? Partial<Input>
  : Calls[Id] extends { config: infer Config } ? Partial<Config> : never;

/** The items of a list; all else has one output. */
export type Output<Id extends Action> =
  Actions[Id] extends { item: infer Item } ? Item[]
  : Actions[Id] extends { output: infer One } ? One
  : never;

export type Item<Id extends List> = Output<Id> extends (infer One)[] ? One : never;

/** The fields of an action, a trigger or a webhook that have choices. */
export type ChoiceField<Id extends keyof Calls> = Calls[Id] extends { choices: infer Field } ? Field : never;

export interface Event<Id extends Trigger | Webhook> extends Omit<driver.TriggerEvent, "data"> {
  data: (Triggers & Webhooks)[Id]["data"];
}

interface Typed {
  /** The output of an action; of a list, all its items. */
  run<Id extends Action>(
    id: Id, ...rest: With<Actions[Id]["input"], [call?: driver.Call]>
  ): Promise<Output<Id>>;
  /** The items of a list as they come. To leave the loop is to stop the call. */
  list<Id extends List>(
    id: Id, ...rest: With<Actions[Id]["input"], [call?: driver.Call]>
  ): AsyncGenerator<Item<Id>, unknown, undefined>;
  /** One page of a list: the first, or the one after an earlier page. */
  page<Id extends List>(
    id: Id, input?: Actions[Id]["input"], from?: driver.Checkpoint, call?: driver.Call,
  ): Promise<{ items: Item<Id>[]; next?: driver.Checkpoint }>;
  /** One poll of a trigger. Store the cursor together with the events, or after them. */
  poll<Id extends Trigger>(
    id: Id, config: Triggers[Id]["config"], cursor?: string | null, call?: driver.Call,
  ): Promise<{ events: Event<Id>[]; cursor?: string }>;
  /** What may be picked for a field. */
  choices<Id extends keyof Calls>(
    id: Id, field: ChoiceField<Id>, input?: Begun<Id>, query?: string, call?: driver.Call,
  ): AsyncGenerator<driver.Choice, unknown, undefined>;
  /** Asks the service to send events to an address. Keep the result, as a secret. */
  subscribe<Id extends Webhook>(
    id: Id, config: Webhooks[Id]["config"], address: string, call?: driver.Call,
  ): Promise<unknown>;
  /** The events in what the service sent. */
  receive<Id extends Webhook>(
    id: Id, config: Webhooks[Id]["config"], subscription: unknown, delivery: driver.Delivery,
    cursor?: string | null, call?: driver.Call,
  ): Promise<{ events: Event<Id>[]; cursor?: string }>;
}

export interface Connector extends Omit<driver.Connector, keyof Typed>, Typed {}

/** What a credential is: a token or a key, or two values. */
type Value<Id extends CredentialId> = Id extends PairId ? { user: string; password: string } : string;

export interface Options extends Omit<driver.Options, "credentials" | "settings"> {
  /** Where credential values are: by id, or asked for before each request. */
  credentials?:
    | { [Id in CredentialId]?: Value<Id> }
    | ((id: CredentialId) => Value<CredentialId> | undefined | Promise<Value<CredentialId> | undefined>);
  settings?: Settings;
}

/** A connector whose component runs in a worker. */
export interface IsolatedConnector extends Omit<driver.IsolatedConnector, keyof Typed>, Typed {}

/** With `isolate` the component runs in a worker, and all connections share one: on Node, not in a bundle. */
export function connect(
  options: Options & { isolate: true | Partial<driver.Isolation> },
): Promise<IsolatedConnector>;
/** All connections of a thread share one instance of the component. */
export function connect(options?: Options): Connector;
