/** What n8n is told when a call fails. */

import { NodeApiError } from 'n8n-workflow';
import type { IDataObject, INode, JsonObject } from 'n8n-workflow';

import type { Json } from './types';

/** What goes on in a workflow that continues after a failure. */
export type Told = { told: IDataObject };

/**
 * An error with the connector's reason as its message, and under it the fields that are wrong and what to
 * do. Its `told` says the same as data.
 */
export function failure(node: INode, error: Json, itemIndex?: number): NodeApiError & Told {
	const { kind, code, rule, advice, status, requestId, fields = [] } = error;
	const message = error.reason ?? error.message ?? 'The operation failed';
	const wrong = fields.map((field: { path: string; message: string }) => `${field.path}: ${field.message}`);
	const description = [...wrong, ...(advice ? [advice] : [])].join('\n') || undefined;
	const httpCode = status === undefined ? undefined : String(status);
	const made = new NodeApiError(node, { message } as JsonObject, { message, description, itemIndex, httpCode });
	const known = { kind: kind ?? rule, code, status, advice, requestId, fields: wrong.length > 0 ? fields : undefined };
	const told = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
	return Object.assign(made, { told: { error: message, details: told as IDataObject } });
}

/** The item of a workflow that goes on after a failure: of these members n8n knows that it is one. */
export const failed = (error: Json): { json: IDataObject } => ({
	json: error.told ?? { error: error.message },
});
