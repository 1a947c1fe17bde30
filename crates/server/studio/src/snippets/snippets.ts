// The same call in other places.

import type { Data } from "../types";

export type Call = {
  origin: string;
  /** The connection's name. */
  connection: string;
  /** Says which page of a list is the last; absent for one result. */
  limit?: number;
  action: string;
  title: string;
  input: Data;
};

export type Snippet = { id: string; title: string; note: string; text: (call: Call) => string };

const KEY = "CONNECTOR_KEY";

function address({ origin, connection, action, limit }: Call): string {
  const query = limit === undefined ? "" : `?limit=${limit}`;
  return `${origin}/v1/${encodeURIComponent(connection)}/actions/${encodeURIComponent(action)}${query}`;
}

/** A text as a word of a POSIX shell. */
export const quoted = (text: string) =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A value as Python writes it. */
export function python(value: unknown, indent = ""): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value !== "object") return JSON.stringify(value);
  const deeper = `${indent}    `;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => python(item, deeper))
    : Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${python(item, deeper)}`);
  const [open, close] = isList ? "[]" : "{}";
  return parts.length === 0
    ? open + close
    : `${open}\n${parts.map((part) => `${deeper}${part},\n`).join("")}${indent}${close}`;
}

const curl = (call: Call) =>
  [
    `curl ${quoted(address(call))}`,
    `  -H "authorization: Bearer $${KEY}"`,
    `  -H 'content-type: application/json'`,
    `  -d ${quoted(JSON.stringify(call.input))}`,
  ].join(" \\\n");

function cli(call: Call): string {
  const limit = call.limit === undefined ? "" : ` --limit ${call.limit}`;
  const input = Object.keys(call.input).length === 0 ? "" : ` \\\n  --input ${quoted(JSON.stringify(call.input))}`;
  return `connector --connection ${quoted(call.connection)} run ${quoted(call.action)}${limit}${input}`;
}

const node = (call: Call) => `const answer = await fetch(${JSON.stringify(address(call))}, {
  method: "POST",
  headers: {
    authorization: \`Bearer \${process.env.${KEY}}\`,
    "content-type": "application/json",
  },
  body: JSON.stringify(${JSON.stringify(call.input, null, 2).replaceAll("\n", "\n  ")}),
});
const result = await answer.json();
if (!answer.ok) throw new Error(result.detail);
console.log(result);
`;

const pythonCall = (call: Call) => `import os
import requests

answer = requests.post(
    ${JSON.stringify(address(call))},
    headers={"authorization": f"Bearer {os.environ['${KEY}']}"},
    json=${python(call.input, "    ")},
)
result = answer.json()
if not answer.ok:
    raise SystemExit(result["detail"])
print(result)
`;

const n8n = (call: Call) =>
  JSON.stringify(
    {
      nodes: [
        {
          parameters: {
            method: "POST",
            url: address(call),
            authentication: "genericCredentialType",
            genericAuthType: "httpHeaderAuth",
            sendBody: true,
            specifyBody: "json",
            jsonBody: JSON.stringify(call.input, null, 2),
            options: {},
          },
          type: "n8n-nodes-base.httpRequest",
          typeVersion: 4.2,
          position: [0, 0],
          name: call.title,
        },
      ],
      connections: {},
    },
    null,
    2,
  );

const mcp = (call: Call) =>
  JSON.stringify(
    {
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: call.action.replaceAll(".", "_"), arguments: call.input },
    },
    null,
    2,
  );

export const SNIPPETS: Snippet[] = [
  { id: "curl", title: "curl", note: `With a key of this server in ${KEY}.`, text: curl },
  {
    id: "cli",
    title: "Command line",
    note: "With a connection of the same name in the command line's own state.",
    text: cli,
  },
  { id: "node", title: "Node", note: `With a key of this server in ${KEY}.`, text: node },
  { id: "python", title: "Python", note: `With requests, and a key of this server in ${KEY}.`, text: pythonCall },
  {
    id: "n8n",
    title: "n8n",
    note: "Paste it into a workflow; its header credential has the name authorization and the value Bearer and your key.",
    text: n8n,
  },
  { id: "mcp", title: "MCP", note: "What a model's client sends to the connection's address below /mcp/.", text: mcp },
];
