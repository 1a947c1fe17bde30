/** The operation of a node for one item. */

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { connected } from './connection';
import { failure } from './failure';
import { formOf, read } from './form';
import { runSingle } from './runtime';

/**
 * Runs the action that the node's `operation` names, and gives what came of it: an item for each item of
 * a list, and otherwise one.
 * @param i the index of the input's item
 */
export async function perform(context: IExecuteFunctions, i: number): Promise<INodeExecutionData[]> {
	try {
		const { connector, files } = await connected(context, i);
		const id = context.getNodeParameter('operation', i) as string;
		const { schema, single, list } = formOf(id);
		const filled = await read(schema, parameters(context, i), { files, zone: context.getTimezone() });
		const all = !list || context.getNodeParameter('returnAll', i, false);
		const limit = all ? undefined : (context.getNodeParameter('limit', i, 50) as number);
		const call = { limit, signal: context.getExecutionCancelSignal() };
		const output = single
			? await runSingle(connector, id, single, filled, call)
			: await connector.run(id, filled, call);
		const made = (Array.isArray(output) ? output : [output]).map(async (one) => ({
			...(await files.out(item(one))),
			pairedItem: { item: i },
		}));
		return await Promise.all(made);
	} catch (error) {
		throw failure(context.getNode(), error, i);
	}
}

/** The parameters of the operation, with their expressions worked out for an item. */
function parameters(context: IExecuteFunctions, i: number) {
	const names = Object.keys(context.getNode().parameters);
	return Object.fromEntries(names.map((name) => [name, context.getNodeParameter(name, i)]));
}

/** Items of n8n's are objects. */
function item(output: unknown): IDataObject {
	if (output === null || output === undefined) return { success: true };
	return typeof output === 'object' ? (output as IDataObject) : { value: output as string };
}
