/** A trigger that is polled: what the workflow remembers is the connector's cursor. */

import type { IDataObject, INodeExecutionData, IPollFunctions } from 'n8n-workflow';

import { connected } from './connection';
import { eventOf } from './event';
import { failure } from './failure';

/**
 * The events since the poll before; the first one takes stock. Tried out by hand, a trigger shows what is
 * new and remembers nothing; where nothing is, it shows a sample.
 * @param samples by event
 */
export async function poll(
	context: IPollFunctions,
	samples: Record<string, IDataObject>,
): Promise<INodeExecutionData[][] | null> {
	try {
		const { connector } = await connected(context);
		const { id, config, about } = await eventOf(context);
		const kept = context.getWorkflowStaticData('node');
		// Another event, or other fields, begin anew.
		const cursor = kept.about === about ? (kept.cursor as string) : undefined;
		const polled = await connector.poll(id, config, cursor);
		const byHand = context.getMode() === 'manual';
		if (!byHand) Object.assign(kept, { about, cursor: polled.cursor });
		const events = byHand && polled.events.length === 0 ? [samples[id]] : polled.events;
		return events.length > 0 ? [events.map((json) => ({ json }))] : null;
	} catch (error) {
		throw failure(context.getNode(), error);
	}
}
