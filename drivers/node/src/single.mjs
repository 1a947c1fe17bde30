/** One record, where an action takes many and answers with a result for each. */

import { ConnectorError } from "./errors.mjs";
import { stringify } from "./json.mjs";

/**
 * How the record becomes the action's input: as the crate `connector-forms` makes it from the schemas.
 * @typedef {object} Single
 * @property {string} field the input that is the list of records
 * @property {string[]} beside the inputs beside it
 * @property {string[]} both those of them that a record has as well
 * @property {boolean} nested the record is a member of what was filled in, by the name of the list
 */

/**
 * Runs an action for one record. Throws the record's error when it was refused, with fields as they were
 * filled in.
 * @param {{ run: (id: string, input: object, options?: object) => Promise<any> }} connector
 * @param {string} id of the action
 * @param {Single} single
 * @param {Record<string, any>} filled the fields of the record, and the inputs beside it
 * @param {object} [options] as `run` takes them
 * @returns {Promise<any>} what the service says of the record
 */
export async function runSingle(connector, id, single, filled, options) {
  let output;
  try {
    output = await connector.run(id, input(single, filled), options);
  } catch (error) {
    throw error instanceof Error && error.name === "ConnectorError" ? own(single, /** @type {any} */ (error)) : error;
  }
  const [result] = output.results ?? [];
  if (result?.ok) return result.data ?? {};
  throw own(single, result?.error ?? output.refusal ?? SILENT);
}

const SILENT = {
  kind: "unavailable",
  code: "no-answer",
  message: "The service did not say what came of it.",
  advice: "Look whether it is there before you try again.",
};

/**
 * @param {Single} single
 * @param {Record<string, any>} filled
 */
export function input({ field, beside, both, nested }, filled) {
  const pick = (/** @type {(name: string) => boolean} */ wanted) =>
    Object.fromEntries(Object.entries(filled).filter(([name]) => wanted(name)));
  const record = nested ? filled[field] : pick((name) => !beside.includes(name) || both.includes(name));
  return { ...pick((name) => beside.includes(name)), [field]: [record] };
}

/**
 * The same error, about fields as they were filled in.
 * @param {Single} single
 * @param {any} error a `ConnectorError`, or an error of a result
 */
function own({ field, nested }, error) {
  const item = `${field}[0]`;
  const fields = (error.fields ?? []).map((/** @type {{ path: string, message: string }} */ { path, message }) => {
    const rest = path.startsWith(item) ? path.slice(item.length) : undefined;
    if (rest === undefined) return { path, message };
    return { path: nested ? field + rest : rest.replace(/^\./, ""), message };
  });
  return new ConnectorError({
    kind: error.kind,
    code: error.code ?? "refused",
    message: error.reason ?? error.message,
    advice: error.advice ?? undefined,
    fields,
    status: error.status ?? undefined,
    requestId: error.requestId ?? error.request_id ?? undefined,
    retryAfterMs: error.retryAfterMs ?? error.retry_after_ms ?? undefined,
    details: error.details === undefined || error.details === null ? undefined : stringify(error.details),
  });
}
