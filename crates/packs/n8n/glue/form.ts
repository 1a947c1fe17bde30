/**
 * From the parameters of a node to the input of a call. Members of objects that must be given are
 * parameters `object__member`, those of a variant of a union `union__variant__member`; what need not be
 * filled in is in collections. What an expression gives may have another type than the field, so values
 * are brought to it; one that does not fit stays as it is, and the connector says what is wrong with it.
 */

import { UserError } from 'n8n-workflow';

import { forms } from './forms';
import { parse } from './runtime';
import type { Files } from './files';
import type { Form, Json, Schema } from './types';

/** Names that mean something to n8n; a field of such a name has an underscore behind it. */
const OWN = ['action', 'additionalFields', 'authentication', 'event', 'limit', 'operation', 'resource', 'returnAll'];

/** What a form is read with. */
export interface Reading {
	files?: Files;
	/** The time zone of the workflow: times that are picked have none. */
	zone: string;
}

type Values = Record<string, Json>;

/** What is filled in for an operation or an event. */
export function formOf(id: string): Form {
	const known = forms as Record<string, Form>;
	if (!known[id]) throw new UserError(`There is no operation or event ${id} in this version of the node`);
	return known[id];
}

/**
 * @param schema of the form
 * @param given the parameters of the node
 */
export async function read(schema: Schema, given: Values, reading: Reading): Promise<Values> {
	return (await members(schema, given, '', reading)) ?? {};
}

/** The members of an object; undefined when none was filled in. */
async function members(schema: Schema, given: Values, prefix: string, reading: Reading) {
	const values = { ...given, ...prefixed(given[`${prefix}additionalFields`], prefix) };
	const filled: Values = {};
	for (const [name, member] of Object.entries(schema.properties ?? {})) {
		const key = named(prefix, name);
		const value =
			key in values
				? await convert(member, values[key], reading)
				: await beside(member, values, `${key}__`, reading);
		if (value !== undefined) filled[name] = value;
	}
	if (typeof schema.additionalProperties === 'object') {
		const more = values[`${prefix}otherFields`];
		if (more) Object.assign(filled, await entries(schema.additionalProperties, more, reading));
	}
	return Object.keys(filled).length > 0 ? filled : undefined;
}

/** An object or a union whose parameters stand beside those around it. */
async function beside(schema: Schema, values: Values, prefix: string, reading: Reading) {
	if (!Object.keys(values).some((key) => key.startsWith(prefix))) return undefined;
	const { tag, variants } = unionOf(schema);
	if (variants) return await variant(variants, tag, values, prefix, reading);
	return await members(schema, values, prefix, reading);
}

/** The variant that was chosen. Those of others may be left over from before. */
async function variant(
	variants: Array<{ value: string; schema: Schema }>,
	tag: string | undefined,
	values: Values,
	prefix: string,
	reading: Reading,
) {
	const chosen = values[named(prefix, tag ?? 'kind')];
	if (chosen === undefined || chosen === '') return undefined;
	const found = variants.find(({ value }) => value === chosen);
	if (!found) return tag ? { [tag]: chosen } : undefined;
	const { schema } = found;
	if (!schema.properties) return await convert(schema, values[prefix + chosen], reading);
	const others = Object.entries(schema.properties).filter(([name]) => name !== tag);
	const filled = await members({ ...schema, properties: Object.fromEntries(others) }, values, `${prefix}${slug(chosen)}__`, reading);
	return tag ? { ...filled, [tag]: chosen } : filled;
}

/** A value of its own parameter. */
async function convert(schema: Schema, given: Json, reading: Reading): Promise<Json> {
	const value = given?.__rl ? given.value : given;
	if (value === undefined || value === '' || isEmpty(value)) return undefined;
	if (value === null) return null;
	const { tag, variants } = unionOf(schema);
	if (variants) {
		const inner = unwrapped(value);
		return inner === value ? parsed(value) : await variant(variants, tag, inner, '', reading);
	}
	if (schema.properties && Object.keys(schema.properties).length > 0) {
		const inner = unwrapped(value);
		return inner === value ? parsed(value) : await members(schema, inner, '', reading);
	}
	const types = [schema.type ?? []].flat();
	if (types.includes('array')) return await list(schema, value, reading);
	if (types.includes('object') && typeof schema.additionalProperties === 'object') {
		return Array.isArray(value?.entries) ? await entries(schema.additionalProperties, value, reading) : parsed(value);
	}
	if (types.includes('object') || types.length === 0) return parsed(value);
	return await scalar(schema, types, value, reading);
}

async function scalar(schema: Schema, types: string[], value: Json, reading: Reading) {
	const stamp = time(value, reading.zone);
	if (types.includes('boolean')) return ({ true: true, false: false } as Values)[value] ?? value;
	if (types.includes('integer') || types.includes('number')) return number(schema, value, stamp);
	if (schema['x-file'] === 'base64' && reading.files) return await reading.files.base64(value);
	if (schema.format === 'date') return day(value);
	if (schema.format === 'date-time' && stamp) return stamp.toISOString();
	if (schema['x-time'] && stamp) return String(number(schema, value, stamp));
	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

/** A list: the items of a collection, a list of values, JSON, or texts with commas or line ends between them. */
async function list(schema: Schema, value: Json, reading: Reading) {
	const rows = Array.isArray(value?.items) ? value.items : value;
	const items = typeof rows === 'string' ? texts(rows) : Array.isArray(rows) ? rows : Object.keys(rows).length > 0 ? [rows] : [];
	const inner = { ...(schema.items ?? {}), ...(schema['x-file'] ? { 'x-file': schema['x-file'] } : {}) };
	const isObject = (inner.properties ?? unionOf(inner).variants) !== undefined;
	const made = items.map(async (item: Json) => {
		if (value?.items === undefined || item === null || typeof item !== 'object') return await convert(inner, item, reading);
		return isObject ? await convert(inner, { value: item }, reading) : await convert(inner, item.value, reading);
	});
	const all = (await Promise.all(made)).filter((item) => item !== undefined);
	// A list from which nothing was chosen says nothing.
	return all.length > 0 || value?.items !== undefined ? all : undefined;
}

async function entries(schema: Schema, value: Json, reading: Reading) {
	const pairs = await Promise.all(
		(value.entries ?? []).map(async (entry: Values) => [entry.key, await convert(schema, entry.value, reading)]),
	);
	return Object.fromEntries(pairs.filter(([key]) => key));
}

/** The variants of a union, and the field that says which. */
function unionOf(schema: Schema): { tag?: string; variants?: Array<{ value: string; schema: Schema }> } {
	if (!schema.oneOf) return {};
	const tag = schema.discriminator?.propertyName;
	const key = (one: Schema) => (tag ? `${one['x-variant']}` : `option${one['x-variant']}`);
	return { tag, variants: schema.oneOf.map((one) => ({ value: key(one), schema: one })) };
}

/** A collection in which nothing was added. */
const isEmpty = (value: Json) =>
	value?.constructor === Object && Object.keys(value).length === 0;

/** What a collection of one entry has in it. */
const unwrapped = (value: Json) =>
	value && typeof value === 'object' && !Array.isArray(value) && typeof value.value === 'object' ? value.value : value;

const named = (prefix: string, name: string) =>
	prefix + (prefix === '' && OWN.includes(name) ? `${name}_` : name);

const slug = (text: string) => text.replace(/[^A-Za-z0-9_]/g, '_');

function prefixed(values: Values | undefined, prefix: string) {
	return Object.fromEntries(Object.entries(values ?? {}).map(([name, value]) => [prefix + name, value]));
}

/** JSON in a text; a text that is none stays one. */
function parsed(value: Json) {
	if (typeof value !== 'string') return value;
	try {
		return parse(value);
	} catch {
		return value;
	}
}

function texts(text: string): Json[] {
	const whole = parsed(text);
	if (Array.isArray(whole)) return whole;
	return text.split(/[,\n]/).map((item) => item.trim()).filter(Boolean);
}

/** A number, or the number that stands for a time. */
function number(schema: Schema, value: Json, stamp?: Date) {
	const text = typeof value === 'string' ? value.trim() : '';
	// A whole number of more digits than a double has.
	if (/^-?\d{16,}$/.test(text)) return BigInt(text);
	if (text !== '' && Number.isFinite(Number(text))) return Number(text);
	if (!schema['x-time'] || !stamp) return value;
	return schema['x-time'] === 'milliseconds' ? stamp.getTime() : Math.floor(stamp.getTime() / 1000);
}

/** The day of a time that was picked, or that another node gave. */
function day(value: Json) {
	if (typeof value?.toISODate === 'function') return value.toISODate();
	if (value instanceof Date) return value.toISOString().slice(0, 10);
	return typeof value === 'string' ? value.slice(0, 10) : value;
}

/** A moment: of a text without a zone, in the zone of the workflow. */
function time(value: Json, zone: string): Date | undefined {
	if (typeof value?.toJSDate === 'function') return value.toJSDate();
	if (value instanceof Date) return value;
	if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
	const local = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?)?$/.test(value);
	const utc = new Date(local ? `${value.length === 10 ? `${value}T00:00` : value.replace(' ', 'T')}Z` : value);
	if (Number.isNaN(utc.getTime())) return undefined;
	return local ? new Date(utc.getTime() - offset(utc, zone)) : utc;
}

/** How far a zone's clocks are ahead, in milliseconds. */
function offset(utc: Date, zone: string) {
	const shown = utc.toLocaleString('sv', { timeZone: zone });
	return new Date(`${shown.replace(' ', 'T')}Z`).getTime() - Math.floor(utc.getTime() / 1000) * 1000;
}
