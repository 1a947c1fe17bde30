/** The subscription of a trigger for which the service calls: made and ended with the workflow. */

import { NodeOperationError, UserError } from 'n8n-workflow';
import type { IDataObject, IHookFunctions, IWebhookFunctions } from 'n8n-workflow';

import { clientSecret, connected } from './connection';
import { eventOf } from './event';
import { failure } from './failure';
import type { Connector, Json } from './types';

/** A subscription is renewed a day before its end, or when three quarters of its life are over if that is later. */
const BEFORE_MS = 86_400_000;

/** What a workflow remembers in its static data. n8n keeps that of a test apart. */
export interface Kept extends IDataObject {
	/** The id of the event. */
	event?: string;
	/** The event and its fields. */
	about?: string;
	/** Where the service sends deliveries to. */
	address?: string;
	/** What the service gave for it, among that maybe the key of its signatures. */
	subscription?: IDataObject;
	/** When it was made or renewed, in milliseconds. */
	since?: number;
	/** Whom deliveries must be for, where the address is one for all accounts of an app. */
	account?: string;
	/** How far deliveries were read. */
	cursor?: string | null;
	/** The ids of the last events. */
	seen?: string[];
}

export const memory = (context: IHookFunctions | IWebhookFunctions) => context.getWorkflowStaticData('node') as Kept;

/** Whether there is one, for the same event, fields and address. One for others is ended. */
export async function isSubscribed(context: IHookFunctions): Promise<boolean> {
	const kept = memory(context);
	if (!kept.subscription) return false;
	const { id, config, about } = await eventOf(context);
	if (kept.about !== about || kept.address !== context.getNodeWebhookUrl('default')) {
		await unsubscribe(context);
		return false;
	}
	try {
		const { connector } = await connected(context);
		await renewed(connector, id, kept, config);
		return true;
	} catch (error) {
		if ((error as Json).kind !== 'not-found') throw failure(context.getNode(), error);
		forget(kept);
		return false;
	}
}

/** Has the service send events here. */
export async function subscribe(context: IHookFunctions): Promise<boolean> {
	const address = context.getNodeWebhookUrl('default') ?? '';
	if (!address.startsWith('https://')) {
		throw new NodeOperationError(context.getNode(), `The service cannot send events to ${address}`, {
			description: 'It needs an https address that is reached from outside: set WEBHOOK_URL of this n8n to it',
		});
	}
	try {
		const { connector, held } = await connected(context);
		const { id, config, about } = await eventOf(context);
		const of = connector.webhooks().find(({ trigger }) => trigger.id === id);
		const isBySecret = ({ key }: { key: { tag: string } }) => key.tag === 'client-secret';
		if (of?.signatures.length && of.signatures.every(isBySecret) && clientSecret(held) === undefined) {
			throw new UserError('What the service sends is signed with the secret of the OAuth app: choose OAuth2');
		}
		const account = of?.shared ? (await connector.test()).account.id : undefined;
		const subscription = (await connector.subscribe(id, config, address)) as IDataObject;
		const kept = memory(context);
		forget(kept);
		Object.assign(kept, { event: id, about, address, subscription, since: Date.now() }, account && { account });
		return true;
	} catch (error) {
		throw failure(context.getNode(), error);
	}
}

/** Ends it at the service; one that has gone already is no error. */
export async function unsubscribe(context: IHookFunctions): Promise<boolean> {
	const kept = memory(context);
	if (!kept.subscription) return true;
	try {
		const { connector } = await connected(context);
		await connector.unsubscribe(kept.event as string, plain(kept.subscription));
		forget(kept);
		return true;
	} catch (error) {
		throw failure(context.getNode(), error);
	}
}

/** Makes one last longer that ends soon. */
export async function renewed(connector: Connector, id: string, kept: Kept, config: object) {
	const end = Date.parse((kept.subscription?.expires_at as string) ?? '');
	if (Number.isNaN(end)) return;
	const life = Math.max(end - (kept.since ?? 0), 0);
	if (Date.now() < end - Math.min(life / 4, BEFORE_MS)) return;
	const subscription = (await connector.renew(id, config, plain(kept.subscription))) as IDataObject;
	Object.assign(kept, { subscription, since: Date.now() });
}

/** Without what n8n watches for changes with. */
export const plain = (kept?: IDataObject): IDataObject | undefined => kept && JSON.parse(JSON.stringify(kept));

function forget(kept: Kept) {
	for (const name of Object.keys(kept)) delete kept[name];
}
