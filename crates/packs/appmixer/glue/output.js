"use strict";

/** What leaves a component through its port `out`. */

/**
 * Appmixer's messages are objects.
 * @param {any} output
 */
function message(output) {
  if (output === null || output === undefined) return {};
  if (Array.isArray(output)) return { result: output, count: output.length };
  return typeof output === "object" ? output : { value: output };
}

/**
 * Sends the items of a list as the form asks for them: one by one as they arrive, or together.
 * @param {object} context
 * @param {object} connector
 * @param {string} id of the action
 * @param {object} input
 * @param {{ outputType?: string, maxItems?: number | string }} how
 */
async function sendItems(context, connector, id, input, { outputType = "array", maxItems }) {
  const most = Math.max(1, Math.ceil(Number(maxItems || Infinity))) || Infinity;
  if (outputType === "object" || outputType === "first") {
    const limit = outputType === "first" ? 1 : most;
    let index = 0;
    for await (const item of connector.list(id, input, { limit })) {
      await context.sendJson({ ...message(item), index }, "out");
      index += 1;
    }
    return;
  }
  const items = await connector.run(id, input, { limit: most });
  if (outputType === "array") {
    await context.sendJson(message(items), "out");
  } else {
    const file = await context.saveFileStream(`${id}.csv`, Buffer.from(csv(items.map(message))));
    await context.sendJson({ fileId: file.fileId, count: items.length }, "out");
  }
}

/**
 * RFC 4180. A column for each key of any row; what is not plain is JSON.
 * @param {object[]} rows
 */
function csv(rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => cell(row[column])));
  return [columns.map(cell), ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

function cell(value) {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * The variables that the next component can use, for the chosen kind of output.
 * @param {string} outputType
 * @param {object} schema of one item, with titles
 */
function options(outputType, schema) {
  const count = option("count", { type: "integer", title: "Number of Items", example: 2 });
  const file = option("fileId", { type: "string", title: "File", example: "0a1b2c3d-0000-4000-8000-000000000000" });
  if (outputType === "file") return [file, count];
  if (outputType !== "object" && outputType !== "first") {
    return [option("result", { type: "array", title: "Items", items: schema }), count];
  }
  const members = Object.entries(schema.properties ?? {}).map(([name, member]) => option(name, member));
  const plain = option("value", { title: "Item", ...schema });
  const index = option("index", { type: "integer", title: "Index", example: 0 });
  return [...(members.length > 0 ? members : [plain]), index];
}

const option = (value, schema) => ({ label: schema.title, value, schema });

module.exports = { message, options, sendItems };
