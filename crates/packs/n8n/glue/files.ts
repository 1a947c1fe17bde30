/** Files: the binary fields of the item at hand, what is found at https addresses, and saved answers. */

import type { IBinaryKeyData, IExecuteFunctions } from 'n8n-workflow';

import { bytesOf, fresh } from './runtime';
import type { BlobStore, Context, Json, Range } from './types';

/** The files of one call. */
export class Files implements BlobStore {
	private readonly saved = new Map<string, Uint8Array>();

	private readonly fetched = new Map<string, Promise<Uint8Array>>();

	constructor(
		private readonly context: Context,
		private readonly item: number,
	) {}

	async open(reference: string, range: Range = { start: 0, end: Infinity }) {
		const { content, name } = await this.find(reference);
		const part = content.subarray(range.start, Math.min(range.end, content.length));
		return { size: content.length, name, stream: once(part) };
	}

	async save(content: AsyncIterable<Uint8Array>) {
		const chunks: Uint8Array[] = [];
		for await (const chunk of content) chunks.push(chunk);
		const reference = fresh();
		this.saved.set(reference, Buffer.concat(chunks));
		return reference;
	}

	drop(reference: string) {
		this.saved.delete(reference);
	}

	/** The content of a file in base64, as some fields want it. A text that names no file is base64 already. */
	async base64(reference: string): Promise<string> {
		const data = /^data:[^,]*;base64,(.*)$/s.exec(reference);
		if (data) return data[1];
		if (!isRemote(reference) && !this.binary(reference)) return reference;
		return Buffer.from((await this.find(reference)).content).toString('base64');
	}

	/** Binary fields for the saved answers that an output names; the output names the fields then. */
	async out(output: Json): Promise<{ json: Json; binary?: IBinaryKeyData }> {
		const binary: IBinaryKeyData = {};
		const json = await this.replaced(output, binary);
		return Object.keys(binary).length > 0 ? { json, binary } : { json };
	}

	private async replaced(value: Json, binary: IBinaryKeyData): Promise<Json> {
		if (typeof value === 'string' && this.saved.has(value)) {
			const count = Object.keys(binary).length;
			const name = count === 0 ? 'data' : `data${count}`;
			const { helpers } = this.context as IExecuteFunctions;
			binary[name] = await helpers.prepareBinaryData(this.saved.get(value) as Buffer);
			return name;
		}
		if (this.saved.size === 0 || typeof value !== 'object' || value === null) return value;
		const pairs: Array<[string, Json]> = [];
		// One after the other, so that each file gets a name of its own.
		for (const [key, one] of Object.entries(value)) pairs.push([key, await this.replaced(one, binary)]);
		return Array.isArray(value) ? pairs.map(([, one]) => one) : Object.fromEntries(pairs);
	}

	private binary(name: string) {
		const items = (this.context as IExecuteFunctions).getInputData();
		return items[this.item]?.binary?.[name];
	}

	private async find(reference: string): Promise<{ content: Uint8Array; name?: string }> {
		const kept = this.saved.get(reference);
		if (kept) return { content: kept };
		if (/^data:/i.test(reference)) return { content: bytesOf(reference) };
		if (isRemote(reference)) {
			const getting = this.fetched.get(reference) ?? this.get(reference);
			this.fetched.set(reference, getting);
			const name = new URL(reference).pathname.split('/').pop();
			return { content: await getting, name: name || undefined };
		}
		const { helpers } = this.context as IExecuteFunctions;
		const about = helpers.assertBinaryData(this.item, reference);
		const content = await helpers.getBinaryDataBuffer(this.item, reference);
		return { content, name: about.fileName };
	}

	private async get(url: string): Promise<Uint8Array> {
		const content = await this.context.helpers.httpRequest({ url, encoding: 'arraybuffer' });
		return new Uint8Array(content as ArrayBuffer);
	}
}

const isRemote = (reference: string) => /^https:\/\//i.test(reference);

async function* once(part: Uint8Array) {
	if (part.length > 0) yield part;
}
