/** What the service sends by itself: checked, answered, and made into events. */

import type { IDataObject, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { clientSecret, connected } from './connection';
import { eventOf } from './event';
import { failure } from './failure';
import { ConnectorError } from './runtime';
import { memory, plain, renewed } from './subscription';
import type { Answer, Delivery, Json } from './types';

/** Bytes of a delivery, at most. */
const BODY = 4 * 1024 * 1024;

/** How many events are known again that the service sends twice. */
const SEEN = 200;

/** What n8n makes of a request. It reads the parts of a form with files itself, so that there is no body. */
interface Received {
	method: string;
	originalUrl: string;
	rawHeaders: string[];
	rawBody?: Uint8Array;
}

/** Answered here, and there is nothing to work on. */
const NOTHING: IWebhookResponseData = { noWebhookResponse: true };

/** Takes a delivery. What it holds is read before it is answered, so that the service sends again what could not be. */
export async function deliver(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const { body, ...about } = deliveryOf(context);
	if (!body) return refuse(context, 415);
	if (body.length > BODY) return refuse(context, 413);
	const delivery: Delivery = { ...about, body };
	try {
		const { connector, held } = await connected(context);
		const { id, config } = await eventOf(context);
		const kept = memory(context);
		const subscription = plain(kept.subscription);
		const verdict = await connector.verify(id, delivery, { subscription, clientSecret: clientSecret(held) });
		if (verdict === 'wrong') return refuse(context, 401);
		const answer = connector.acknowledge(id, subscription, delivery);
		const isTrusted = verdict === 'right' || verdict === 'none';
		if (!isTrusted && !answer.last) return refuse(context, 401);
		// Only who greets brings the key, and only once.
		if (verdict === 'keyless' && subscription && answer.subscription) {
			Object.assign(kept, { subscription: answer.subscription });
		}
		if (!isTrusted || answer.last || answer.status >= 300) return respond(context, answer, []);
		const isForOther = kept.account !== undefined && !connector.accounts(id, delivery).includes(kept.account);
		if (isForOther) return respond(context, answer, []);
		const received = await connector.receive(id, config, subscription ?? {}, delivery, kept.cursor);
		const known = [...(kept.seen ?? [])];
		const events = received.events.filter((event) => !known.includes(event.id as string));
		const seen = [...known, ...events.map((event) => event.id as string)].slice(-SEEN);
		Object.assign(kept, { seen, cursor: received.cursor ?? null });
		const made = respond(context, answer, events);
		await renewed(connector, id, kept, config).catch((error: Json) => {
			context.logger.warn(`The subscription of ${context.getNode().name} is not renewed: ${error.message}`);
		});
		return made;
	} catch (error) {
		if (error instanceof ConnectorError && (error as Json).kind === 'invalid-input') return refuse(context, 400);
		throw failure(context.getNode(), error);
	}
}

function deliveryOf(context: IWebhookFunctions) {
	const { method, originalUrl, rawHeaders, rawBody } = context.getRequestObject() as unknown as Received;
	const headers = [];
	for (let at = 0; at < rawHeaders.length; at += 2) {
		headers.push({ name: rawHeaders[at].toLowerCase(), value: rawHeaders[at + 1] });
	}
	const address = memory(context).address ?? context.getNodeWebhookUrl('default') ?? '';
	const query = originalUrl.indexOf('?');
	const url = query < 0 ? address : address + originalUrl.slice(query);
	return { method: { tag: method.toLowerCase() }, url, headers, body: rawBody && new Uint8Array(rawBody) };
}

function refuse(context: IWebhookFunctions, status: number): IWebhookResponseData {
	context.getResponseObject().status(status).end();
	return NOTHING;
}

function respond(context: IWebhookFunctions, answer: Answer, events: IDataObject[]): IWebhookResponseData {
	const response = context.getResponseObject();
	// What a challenge gives back must not be a page of this n8n.
	response.setHeader('content-security-policy', 'sandbox');
	response.setHeader('x-content-type-options', 'nosniff');
	for (const { name, value } of answer.headers) response.setHeader(name, value);
	response.status(answer.status).end(Buffer.from(answer.body));
	return events.length > 0 ? { ...NOTHING, workflowData: [events.map((json) => ({ json }))] } : NOTHING;
}
