// One record, where an action takes many of them.

import type { Data, FieldError, Single } from "../types";

/** The input of the action for the record that was filled in. */
export function inputOf({ field, beside, both, nested }: Single, filled: Data): Data {
  const pick = (wanted: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(filled).filter(([name]) => wanted(name)));
  const record = nested ? filled[field] : pick((name) => !beside.includes(name) || both.includes(name));
  return { ...pick((name) => beside.includes(name)), [field]: [record ?? {}] };
}

/** What is filled in for an input of one record; undefined when it has another number of them. */
export function filledOf({ field, nested }: Single, input: Data): Data | undefined {
  const { [field]: records, ...beside } = input;
  if (!Array.isArray(records) || records.length !== 1) return undefined;
  return nested ? { ...beside, [field]: records[0] } : { ...(records[0] as Data), ...beside };
}

/** The place in the input of what is filled in. */
export function placeOf({ field, beside, nested }: Single, path: string): string {
  const [name] = path.split(/[.[]/);
  if (beside.includes(name)) return path;
  return nested ? path.replace(field, `${field}[0]`) : `${field}[0].${path}`;
}

/** Errors about the input as errors about what is filled in. */
export const errorsOf = ({ field, nested }: Single, errors: FieldError[]): FieldError[] =>
  errors.map((error) => {
    const item = `${field}[0]`;
    if (!error.path.startsWith(item)) return error;
    const rest = error.path.slice(item.length);
    return { ...error, path: nested ? field + rest : rest.replace(/^\./, "") };
  });
