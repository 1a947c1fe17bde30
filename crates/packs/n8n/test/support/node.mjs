/** Runs the nodes of a compiled pack on n8n's own library, with helpers that reach the service here. */

import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const { NodeHelpers } = require("n8n-workflow");

/**
 * A node type of a pack.
 * @param {string} folder of the pack
 * @param {string} name of the class
 */
export function nodeType(folder, name) {
  const { [name]: Type } = createRequire(join(folder, "package.json"))(`./dist/nodes/${name}/${name}.node.js`);
  return new Type();
}

/** What a node answers a request with. */
function response(answered) {
  return {
    status(status) {
      answered.status = status;
      return this;
    },
    setHeader: (name, value) => (answered.headers[name.toLowerCase()] = value),
    end: (body = "") => (answered.body = body.toString()),
  };
}

/**
 * What n8n gives a node to work with.
 * @param {object} type
 * @param {object} about
 * @param {object} about.parameters that a person filled in
 * @param {object[]} [about.items] of the input
 * @param {Record<string, object>} about.credentials by n8n's names
 * @param {(url: string) => string} about.route where a request goes
 * @param {(options: object, credential: object) => void} about.sign puts a credential into a request
 * @param {string} [about.address] of the node's webhook
 * @param {{ method?: string, query?: string, headers?: Record<string, string>, body?: string }} [about.request] to it
 */
export function context(type, about) {
  const { description } = type;
  const { items = [{ json: {} }], credentials, mode = "internal", fails = false, kept = {} } = about;
  const node = {
    id: "1", name: description.displayName, type: description.name, typeVersion: 1, position: [0, 0],
    credentials: Object.fromEntries(Object.keys(credentials).map((name) => [name, { id: name, name }])),
    parameters: {},
  };
  const fill = () =>
    NodeHelpers.getNodeParameters(description.properties, about.parameters, true, false, node, description);
  node.parameters = fill();
  const sent = [];
  const request = async (options) => {
    sent.push(options);
    const { method, url, headers, body } = options;
    const answer = await fetch(about.route(url), { method, headers, body, redirect: "manual" });
    const full = { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.arrayBuffer()) };
    const { ignoreHttpStatusErrors: ignored } = options;
    if (answer.status >= 400 && (!ignored || ignored.except?.includes(answer.status))) {
      const response = { status: full.statusCode, headers: full.headers, data: full.body };
      throw Object.assign(new Error(`status ${answer.status}`), { response });
    }
    return options.returnFullResponse ? full : full.body;
  };
  const get = (name, other) => {
    const value = name in node.parameters ? node.parameters[name] : other;
    if (value === undefined) throw new Error(`there is no parameter ${name}`);
    return value;
  };
  const { request: delivered = {} } = about;
  const answered = { status: 200, headers: {}, body: "" };
  const made = {
    sent,
    answered,
    logger: { warn: (line) => sent.push({ warning: line }) },
    getNodeWebhookUrl: () => about.address,
    getRequestObject: () => ({
      method: delivered.method ?? "POST",
      originalUrl: `/webhook${delivered.query ?? ""}`,
      rawHeaders: Object.entries(delivered.headers ?? {}).flat(),
      rawBody: delivered.body === undefined ? undefined : Buffer.from(delivered.body),
    }),
    getResponseObject: () => response(answered),
    getNode: () => node,
    getMode: () => mode,
    getInputData: () => items,
    getTimezone: () => "America/New_York",
    continueOnFail: () => fails,
    getExecutionCancelSignal: () => undefined,
    getWorkflowStaticData: () => kept,
    getCurrentNodeParameters: () => node.parameters,
    getCredentials: async (name) => {
      if (!credentials[name]) throw new Error(`there is no credential ${name}`);
      return credentials[name];
    },
    getNodeParameter: description.inputs.length > 0 ? (name, _item, other) => get(name, other) : get,
    helpers: {
      httpRequest: request,
      async httpRequestWithAuthentication(name, options) {
        const signed = { ...options, headers: { ...options.headers } };
        about.sign(signed, credentials[name]);
        return await request(signed);
      },
      assertBinaryData(item, name) {
        const binary = items[item].binary?.[name];
        if (!binary) throw new Error(`This operation expects the node's input data to contain a binary file '${name}'`);
        return binary;
      },
      getBinaryDataBuffer: async (item, name) => Buffer.from(items[item].binary[name].data, "base64"),
      prepareBinaryData: async (data) => ({ data: data.toString("base64"), mimeType: "application/octet-stream" }),
    },
  };
  return made;
}
