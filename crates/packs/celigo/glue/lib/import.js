/** Imports: each record has its answer, in the order of the records. */

"use strict";

const { batches } = require("./batch.js");
const { connected } = require("./connection.js");
const { entry, failure, fatal, offline } = require("./failure.js");

/**
 * @param {object} about the function's entry in functions.json
 * @param {object} options what the runtime passes to a wrapper import
 */
exports.run = async (about, options) => {
  const records = options.postMapData ?? options.preMapData ?? [];
  try {
    return await connected(options.connection, async (connector) => {
      const answers = [];
      /** Why nothing more is tried. */
      let end;
      for (const batch of batches(about.targets, records, options.configuration)) {
        if (end) answers.push(...batch.inputs.map(() => failed(end)));
        else answers.push(...(await write(connector, batch, (error) => (end = error))));
      }
      return answers;
    });
  } catch (error) {
    throw fatal(error);
  }
};

/** The answers for a batch. What would meet the records after it just the same goes to `stop`. */
async function write(connector, batch, stop) {
  if (batch.fault) return [failed(batch.fault)];
  const answers = new Array(batch.inputs.length);
  let left = [...answers.keys()];
  while (left.length > 0) {
    try {
      const output = await connector.run(batch.target.action, batch.input(left));
      left.forEach((index, place) => (answers[index] = told(batch, index, output, place)));
      return answers;
    } catch (error) {
      if (offline(error) || error.kind === "rate-limited") stop(error);
      const wrong = batch.wrong(error);
      if (wrong.size > 0 && wrong.size < left.length) {
        // The others were not sent because of these.
        for (const [place, fields] of wrong) {
          answers[left[place]] = failed({ ...error, message: error.reason, fields });
        }
        left = left.filter((_, place) => !wrong.has(place));
      } else if (left.length > 1 && REFUSED.has(error.kind)) {
        let end;
        for (const index of left) {
          const alone = () => write(connector, batch.only(index), (error) => stop((end = error)));
          [answers[index]] = end ? [failed(end)] : await alone();
        }
        return answers;
      } else {
        for (const index of left) answers[index] = failed(error);
        return answers;
      }
    }
  }
  return answers;
}

/** The service did nothing, because of something in one of the records. */
const REFUSED = new Set(["invalid-input", "not-found", "conflict", "rejected", "other"]);

/** The answer for a record from the output of the call that wrote it. */
function told({ target, inputs, many }, index, output, place) {
  if (!many) return done(target, inputs[index], output, partial(output));
  const result = output?.results?.[place];
  if (result?.ok) return done(target, inputs[index], result.data);
  return failed(result?.error ?? failure("no-answer", "the service did not say what came of it"));
}

/** What failed of a record that is itself many things to write. */
function partial(output) {
  if (!(output?.failed > 0) || !Array.isArray(output.results)) return undefined;
  return output.results.filter((result) => !result.ok).map((result) => entry(result.error ?? {}));
}

function done({ id: key, given }, input, output, errors) {
  const id = (key && output?.[key]) ?? (given && input[given]);
  const answer = { statusCode: errors ? 422 : 200, ignored: false, _json: output };
  if (id !== undefined && id !== null) answer.id = String(id);
  if (errors) answer.errors = errors;
  return answer;
}

function failed(error) {
  return { statusCode: offline(error) ? 401 : 422, ignored: false, errors: [entry(error)] };
}
