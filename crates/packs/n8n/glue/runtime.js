/** The component and the driver on what n8n has: no files, no environment, and no timers of its own. */

import { sleep } from 'n8n-workflow';

import { instantiate } from './component/component.js';
import { modules } from './component/modules.js';
import { SAVED } from './driver/blobs.js';
import { fromBase64 } from './driver/bytes.js';
import { connectOn } from './driver/connect.js';
import { bytesOf } from './driver/data-uri.js';
import { ConnectorError, Refusal } from './driver/errors.js';
import { maker } from './driver/instance.js';
import { parse, stringify } from './driver/json.js';
import { input, runSingle } from './driver/single.js';
import { transport } from './driver/transport.js';

export { ConnectorError, Refusal, bytesOf, input, parse, runSingle, stringify, transport };

/** Bytes of an answer that is kept for a call: they are in memory here. */
const SAVE_BYTES = 256 * 1024 * 1024;

/** Compiled once, for all calls of all nodes. */
export const component = maker(instantiate, (name) => fromBase64(modules[name]));

/** A reference to an answer that is kept, which nobody guesses. */
export const fresh = () => SAVED + crypto.randomUUID();

const timers = {
	pause: async (ms, signal) => await sleep(ms, signal),
	deadline: (ms) => {
		const limit = new AbortController();
		const cleared = new AbortController();
		let end = performance.now() + ms;
		const wait = async () => {
			for (let left = ms; left > 0; left = end - performance.now()) await sleep(left, cleared.signal);
			limit.abort();
		};
		wait().catch(() => {});
		return {
			signal: limit.signal,
			abort: () => limit.abort(),
			add: (more) => {
				end += more;
			},
			clear: () => cleared.abort(),
		};
	},
};

/** @type {(component: any, options: any) => any} */
export const connect = connectOn({ timers, streams: false, policy: { saveBytes: SAVE_BYTES } });
