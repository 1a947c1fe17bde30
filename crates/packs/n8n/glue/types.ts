/** What the nodes use of the driver: its own types are those of a larger world. */

import type {
	IDataObject,
	IExecuteFunctions,
	IHookFunctions,
	ILoadOptionsFunctions,
	IPollFunctions,
	IWebhookFunctions,
} from 'n8n-workflow';

/** What JSON can hold, and nobody has looked at yet. */
export type Json = ReturnType<typeof JSON.parse>;

/** What n8n gives a node to work with. */
export type Context =
	| IExecuteFunctions
	| IHookFunctions
	| ILoadOptionsFunctions
	| IPollFunctions
	| IWebhookFunctions;

/** Part of a JSON Schema, as forms have it. */
export interface Schema {
	type?: string | string[];
	properties?: Record<string, Schema>;
	items?: Schema;
	additionalProperties?: Schema | boolean;
	oneOf?: Schema[];
	discriminator?: { propertyName: string };
	const?: unknown;
	format?: string;
	'x-file'?: string;
	'x-time'?: string;
	'x-variant'?: string;
}

/** What is filled in for an action or a trigger. */
export interface Form {
	schema: Schema;
	/** How it is one record, of an action that takes many. */
	single?: { field: string; beside: string[]; both: string[]; nested: boolean };
	/** Whether the action gives items. */
	list?: boolean;
}

export interface Choice {
	value: string;
	title: string;
}

export interface Events {
	events: IDataObject[];
	cursor: string | null;
}

/** What a service sends to the address of a webhook. */
export interface Delivery {
	/** In lower case. */
	method: { tag: string };
	url: string;
	headers: Array<{ name: string; value: string }>;
	body: Uint8Array;
}

/** What to answer the service. */
export interface Answer {
	status: number;
	headers: Array<{ name: string; value: string }>;
	body: Uint8Array;
	/** That was all: there are no events in it. */
	last: boolean;
	/** What is to be kept instead of the subscription. */
	subscription?: unknown;
}

export interface Call {
	signal?: AbortSignal;
	limit?: number;
}

/** A connector with an account. */
export interface Connector {
	run(id: string, input: object, call?: Call): Promise<unknown>;
	poll(id: string, config: object, cursor?: string | null): Promise<Events>;
	choices(
		id: string,
		field: string,
		input: object,
		query?: string,
		call?: Call,
	): AsyncGenerator<Choice, unknown>;
	webhooks(): Array<{ trigger: { id: string }; shared: boolean; signatures: Array<{ key: { tag: string } }> }>;
	test(): Promise<{ account: { id: string } }>;
	subscribe(id: string, config: object, address: string): Promise<unknown>;
	renew(id: string, config: object, subscription: unknown): Promise<unknown>;
	unsubscribe(id: string, subscription: unknown): Promise<void>;
	verify(id: string, delivery: Delivery, keys?: object): Promise<string>;
	accounts(id: string, delivery: Delivery): string[];
	acknowledge(id: string, subscription: unknown, delivery: Delivery): Answer;
	receive(
		id: string,
		config: object,
		subscription: unknown,
		delivery: Delivery,
		cursor?: string | null,
	): Promise<Events>;
}

/** A part of a blob. */
export interface Range {
	start: number;
	end: number;
}

/** Where the files of a call are. */
export interface BlobStore {
	open(
		reference: string,
		range?: Range,
	): Promise<{ size: number; name?: string; stream: AsyncIterable<Uint8Array> }>;
	save(content: AsyncIterable<Uint8Array>): Promise<string>;
	drop?(reference: string): void;
}
