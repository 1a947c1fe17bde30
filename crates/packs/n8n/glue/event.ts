/** The event that a trigger node is for, and what is filled in for it. */

import type { IHookFunctions, IPollFunctions, IWebhookFunctions } from 'n8n-workflow';

import { formOf, read } from './form';
import { stringify } from './runtime';

/** `about` is the same as long as event and fields are: what a workflow remembers of others does not count. */
export async function eventOf(context: IHookFunctions | IPollFunctions | IWebhookFunctions) {
	const id = context.getNodeParameter('event') as string;
	const names = Object.keys(context.getNode().parameters);
	const given = Object.fromEntries(names.map((name) => [name, context.getNodeParameter(name)]));
	const config = await read(formOf(id).schema, given, { zone: context.getTimezone() });
	return { id, config, about: stringify([id, config]) };
}
