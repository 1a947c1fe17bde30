/** Requests, all of them through n8n's own helpers: those with a credential get it there. */

import type { IHttpRequestOptions, IHttpRequestMethods, JsonObject } from 'n8n-workflow';

import type { Held } from './connection';
import { Refusal, transport as made } from './runtime';
import type { Context, Json } from './types';

interface Request {
	method: string;
	url: string;
	headers: Record<string, string>;
	body?: Uint8Array;
	signal?: AbortSignal;
}

interface Answer {
	status: number;
	headers: Record<string, string | string[]>;
	body?: Uint8Array;
}

/** Errors of connections that were not made. */
const NOT_MADE = /\b(EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND)\b/;

/**
 * What the driver sends requests with.
 * @param held the credentials of the node
 */
export function transport(context: Context, held: Held[]) {
	return made(async (request: Request): Promise<Answer> => {
		const carried = held.find((one) => strip(request, one));
		const options: IHttpRequestOptions = {
			method: request.method as IHttpRequestMethods,
			url: request.url,
			headers: request.headers,
			body: request.body && new Uint8Array(request.body),
			encoding: 'arraybuffer',
			returnFullResponse: true,
			disableFollowRedirect: true,
			// With a credential, n8n renews what the service no longer takes when it sees this status.
			ignoreHttpStatusErrors: carried ? { ignore: true, except: [401] } : true,
		};
		const { helpers } = context;
		const sent = carried
			? helpers.httpRequestWithAuthentication.call(context, carried.type, options)
			: helpers.httpRequest(options);
		return await until(sent.then(answered, refused), request.signal);
	});
}

/** Takes a credential out of a request that has it, and says whether it had. */
function strip(request: Request, { way: { placement, pair }, data }: Held): boolean {
	const secret = (data.oauthTokenData as { access_token?: string })?.access_token ?? data.accessToken;
	const header = placement.header?.toLowerCase();
	if (header) {
		const user = pair ? data.username : data.accessToken ?? '';
		const basic = `Basic ${Buffer.from(`${user}:${pair ? data.password : ''}`).toString('base64')}`;
		const value = placement.basic ? basic : `${placement.prefix ?? ''}${secret}`;
		if (request.headers[header] !== value) return false;
		delete request.headers[header];
		return true;
	}
	const url = new URL(request.url);
	if (!placement.query || url.searchParams.get(placement.query) !== secret) return false;
	url.searchParams.delete(placement.query);
	request.url = url.href;
	return true;
}

function answered(response: { statusCode: number; headers: object; body?: unknown }): Answer {
	const { statusCode, headers, body } = response;
	return {
		status: statusCode,
		headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value != null)),
		body: body as Uint8Array,
	};
}

/** A refusal of the service is an answer; anything else did not arrive, or was never sent. */
function refused(error: JsonObject & { cause?: Json; httpCode?: string; context?: Json }): Answer {
	const response = (error.cause as Json)?.response ?? (error as Json).response;
	if (response?.status) {
		return { status: response.status, headers: { ...response.headers }, body: bytes(response.data) };
	}
	const said = [error.code, (error.cause as Json)?.code, error.message, error.description].filter(Boolean).join(' ');
	const code = NOT_MADE.exec(said)?.[0] ?? /\b(ECONNRESET|ECONNABORTED|ETIMEDOUT|EPIPE)\b/.exec(said)?.[0];
	if (code) throw Object.assign(new Error(code), { code });
	throw new Refusal('credential', [error.message, error.description].filter(Boolean).join('. '));
}

function bytes(data: unknown): Uint8Array | undefined {
	if (data === undefined || data === null || data === '') return undefined;
	if (data instanceof Uint8Array) return data;
	return new TextEncoder().encode(typeof data === 'string' ? data : JSON.stringify(data));
}

/** The answer, unless the time for it is over before. */
async function until<T>(answer: Promise<T>, signal?: AbortSignal): Promise<T> {
	if (!signal) return await answer;
	return await new Promise((done, failed) => {
		const stop = () => failed(signal.reason);
		signal.addEventListener('abort', stop, { once: true });
		answer.then(done, failed).finally(() => signal.removeEventListener('abort', stop));
	});
}
