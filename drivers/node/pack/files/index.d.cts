/** The connector. What is not told here is told in `driver.d.cts`. */

import type * as driver from "./driver.cjs";
import type { Actions, CredentialId, PairId, Settings, Triggers } from "./schemas.d.ts";

export type * from "./driver.cjs";
export type * from "./schemas.d.ts";
export { ConnectorError, Refusal, files } from "./driver.cjs";

type Action = keyof Actions;
type List = { [Id in Action]: Actions[Id] extends { item: unknown } ? Id : never }[Action];
type Trigger = keyof Triggers;

/** An input that has no required field may be left out. */
type With<Input, More extends unknown[]> =
  {} extends Input ? [input?: Input, ...more: More] : [input: Input, ...more: More];

/** The items of a list; all else has one output. */
export type Output<Id extends Action> =
  Actions[Id] extends { item: infer Item } ? Item[]
  : Actions[Id] extends { output: infer One } ? One
  : never;

export type Item<Id extends List> = Output<Id> extends (infer One)[] ? One : never;

export interface Event<Id extends Trigger> extends Omit<driver.TriggerEvent, "data"> {
  data: Triggers[Id]["data"];
}

export interface Connector extends Omit<driver.Connector, "run" | "list" | "page" | "poll"> {
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
}

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
export type IsolatedConnector =
  Omit<driver.IsolatedConnector, keyof Typed> & Pick<Connector, keyof Typed>;
type Typed = Pick<Connector, "run" | "list" | "page" | "poll">;

/** With `isolate` the component runs in a worker, and all connections share one. */
export function connect(
  options: Options & { isolate: true | Partial<driver.Isolation> },
): Promise<IsolatedConnector>;
/** All connections of a thread share one instance of the component. */
export function connect(options?: Options): Connector;
