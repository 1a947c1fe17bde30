/** The connector, connected with the account of the node's credential. */

import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { credentials, settings } from './account';
import type { Way } from './account';
import { Files } from './files';
import { connect, component } from './runtime';
import { transport } from './transport';
import type { Connector, Context } from './types';

/** A credential of the connector, as the node has it. */
export interface Held {
	/** The name of n8n's credential. */
	type: string;
	way: Way;
	data: ICredentialDataDecryptedObject;
}

/**
 * Connects for one call.
 * @param item whose binary fields the input may name
 */
export async function connected(context: Context, item = 0) {
	const held = new Map<string, Held>();
	for (const { id, ways } of credentials) {
		const found = await first(context, ways);
		if (found) held.set(id, found);
	}
	const files = new Files(context, item);
	const connector: Connector = connect(component, {
		settings: chosen(held),
		credentials: (id: string) => value(held.get(id)),
		http: transport(context, [...held.values()]),
		blobs: files,
	});
	return { connector, files, held };
}

/** The credential of those that the node has. */
async function first(context: Context, ways: Way[]): Promise<Held | undefined> {
	for (const way of ways) {
		if (!context.getNode().credentials?.[way.type]) continue;
		const picked = context.getNode().parameters.authentication;
		if (way.choice !== undefined && picked !== undefined && picked !== way.choice) continue;
		return { type: way.type, way, data: await context.getCredentials(way.type) };
	}
	return undefined;
}

/** The secret itself: it is taken out of what comes back, and n8n puts it into what is sent. */
function value(held?: Held) {
	if (!held) return undefined;
	const { data, way } = held;
	if (way.oauth) return (data.oauthTokenData as { access_token?: string })?.access_token;
	if (!way.pair) return data.accessToken as string;
	return { user: data.username as string, password: data.password as string };
}

/** The secret of the OAuth app, where the account was connected with one. */
export function clientSecret(held: Map<string, Held>): string | undefined {
	return [...held.values()].find(({ way }) => way.oauth)?.data.clientSecret as string | undefined;
}

/** The settings that were filled in with the first credential. */
function chosen(held: Map<string, Held>) {
	const [{ data } = { data: {} as ICredentialDataDecryptedObject }] = held.values();
	const filled = settings.filter((name) => data[name] !== undefined && data[name] !== '');
	return Object.fromEntries(filled.map((name) => [name, data[name]]));
}
