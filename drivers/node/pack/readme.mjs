/** `README.md` of a package, from what the connector says about itself. */

/** @import { ActionDescription, Connector } from "../src/types.d.ts" */

/**
 * @param {string} name of the package
 * @param {Connector} connector
 */
export function readme(name, connector) {
  const { id, title, summary, apiVersion, credentials, setup } = connector.describe();
  const actions = connector.actions();
  const steps = setup.map(({ title, text, url }, index) =>
    `${index + 1}. **${title}.** ${text}${url ? ` <${url}>` : ""}`);
  return `# ${title} connector

${summary}

    npm install ${name}

\`\`\`js
import { connect } from "${name}"; // or: const { connect } = require("${name}");

const ${variable(id)} = connect({
  credentials: {
${credentials.map(credentialLine).join("\n")}
  },
});

${examples(variable(id), connector).join("\n")}
\`\`\`

It has ${actions.length} actions and ${connector.triggers().length} triggers, for version ${apiVersion} of the API. \`Actions\` and
\`Triggers\` in \`schemas.d.ts\` list them with the fields of each; \`driver.d.cts\` says what else a
connection can do. Node 20 or later; no dependencies.

A call throws \`ConnectorError\` when the connector says why it failed (\`kind\`, \`code\`, \`fields\`,
\`advice\`, \`retryAfterMs\`), and \`Refusal\` when the driver would not go on (\`rule\`). Credentials go
into requests to the origins that the connector declares, and nowhere else.
${steps.length === 0 ? "" : `\n## Setting up\n\n${steps.join("\n")}\n`}`;
}

/** @param {import("../src/types.d.ts").Credential} credential */
function credentialLine({ id, required, group, source }) {
  const variable = `process.env.${constant(id)}`;
  const value = source.tag === "pair" ? `{ user: ${variable}_USER, password: ${variable}_PASSWORD }` : variable;
  const note = group !== undefined ? ` // one of the group ${group}` : required ? "" : " // optional";
  return `    ${JSON.stringify(id)}: ${value},${note}`;
}

/**
 * A list that needs nothing, and an action with an example of its own; of the same thing, where the
 * service has one that can be made as easily as that.
 * @param {string} variable
 * @param {Connector} connector
 */
function examples(variable, connector) {
  const described = connector.actions().map(({ id }) =>
    /** @type {ActionDescription} */ (connector.describe(id)));
  const lists = described.filter(({ action, input }) =>
    action.shape === "items" && !JSON.parse(input).required?.length);
  const writes = described.filter(({ action, examples }) =>
    action.shape === "single" && action.effect === "write" && action.notes.length === 0 &&
    examples.length > 0);
  const find = (/** @type {ActionDescription[]} */ among, /** @type {string | undefined} */ id) =>
    among.find(({ action }) => action.id === id);
  const pairs = connector.resources().flatMap(({ analytic, parents, listAction, createAction }) => {
    const [list, single] = [find(lists, listAction), find(writes, createAction)];
    return !analytic && parents.length === 0 && list && single ? [{ list, single }] : [];
  });
  const size = (/** @type {ActionDescription} */ { examples: [{ input }] }) => input.length;
  const [pair] = pairs.sort((one, other) => size(one.single) - size(other.single));
  const { list, single } = pair ?? { list: lists[0], single: writes[0] };
  const lines = [];
  if (single) {
    const { action, examples } = single;
    const input = JSON.stringify(JSON.parse(examples[0].input), null, 2);
    lines.push(`await ${variable}.run(${JSON.stringify(action.id)}, ${input});`);
  }
  if (list) {
    const id = JSON.stringify(list.action.id);
    lines.push(`for await (const item of ${variable}.list(${id})) console.log(item);`);
  }
  return lines;
}

/**
 * `a-b` as `A_B`.
 * @param {string} id
 */
function constant(id) {
  return id.replace(/[^A-Za-z0-9]+/g, "_").toUpperCase();
}

/**
 * `a-b` as `aB`.
 * @param {string} id
 */
function variable(id) {
  return id.replace(/[^A-Za-z0-9]+(.)/g, (_, letter) => letter.toUpperCase());
}
