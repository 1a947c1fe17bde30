/** What can be chosen for a field: the connector lists it, given what is filled in already. */

import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';

import { connected } from './connection';
import { failure } from './failure';
import { formOf, read } from './form';
import { ConnectorError, input as one } from './runtime';
import type { Choice, Json } from './types';

/** How many choices a list shows; who misses one searches for it. */
const MOST = 200;

/** How many are loaded at once where nobody can search. */
const ALL = 2000;

type Search = (this: ILoadOptionsFunctions, filter?: string) => Promise<INodeListSearchResult>;
type Load = (this: ILoadOptionsFunctions) => Promise<INodePropertyOptions[]>;

/** Methods that search in a list, by the paths of the fields that they are for. */
export function searches(fields: string[]): Record<string, Search> {
	const search = (field: string): Search =>
		async function (filter) {
			const found = await choices(this, field, filter, MOST);
			return { results: found.map(({ title, value }) => ({ name: title, value })) };
		};
	return Object.fromEntries(fields.map((field) => [field, search(field)]));
}

/** Methods that load all options. */
export function loads(fields: string[]): Record<string, Load> {
	const load = (field: string): Load =>
		async function () {
			const found = await choices(this, field, undefined, ALL);
			return found.map(({ title, value }) => ({ name: title, value }));
		};
	return Object.fromEntries(fields.map((field) => [field, load(field)]));
}

async function choices(context: ILoadOptionsFunctions, field: string, query: string | undefined, limit: number) {
	const found: Choice[] = [];
	try {
		const { connector } = await connected(context);
		const given = context.getCurrentNodeParameters() ?? {};
		const id = (given.operation ?? given.event) as string;
		const { schema, single } = formOf(id);
		const filled = await read(schema, given, { zone: context.getTimezone() });
		const whole = single ? one(single, filled) : filled;
		for await (const choice of connector.choices(id, field, whole, query || undefined, { limit })) found.push(choice);
		return found;
	} catch (error) {
		// A field that the choices depend on is not filled in yet.
		if (error instanceof ConnectorError && (error as Json).kind === 'invalid-input') return found;
		throw failure(context.getNode(), error);
	}
}
