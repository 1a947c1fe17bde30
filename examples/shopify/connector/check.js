/** Checks input against the keywords of JSON Schema that the schemas here use. */

const isOpen = (value) => value === undefined || value === null || (typeof value === "string" && !value.trim());

/** Without what is left open: nothing, or a blank text of a form. */
export const given = (value) => Object.fromEntries(Object.entries(value).filter(([, one]) => !isOpen(one)));

/** What is wrong with each field, by its path. */
export function problems(schema, value) {
  const known = schema.properties;
  const wrong = {};
  for (const name of schema.required ?? []) if (!Object.hasOwn(value, name)) wrong[name] = "is needed";
  for (const [name, one] of Object.entries(value)) {
    if (!Object.hasOwn(known, name)) {
      wrong[name] = `there is no such field; the fields are ${Object.keys(known).join(", ") || "none"}`;
    } else {
      Object.assign(wrong, field(name, known[name], one));
    }
  }
  return wrong;
}

function field(path, schema, value) {
  const why = fault(schema, value);
  if (why) return { [path]: why };
  if (schema.type !== "array") return {};
  return Object.assign({}, ...value.map((item, index) => field(`${path}[${index}]`, schema.items, item)));
}

function fault(schema, value) {
  if (schema.type === "array") {
    if (!Array.isArray(value)) return "must be a list";
    return value.length > schema.maxItems ? `has at most ${schema.maxItems} items` : undefined;
  }
  // Half of a character could be written in no address.
  if (typeof value !== "string" || !value.isWellFormed()) return "must be a text";
  if (schema.enum && !schema.enum.includes(value)) return `must be one of ${schema.enum.join(", ")}`;
  if (value.length > schema.maxLength) return `has at most ${schema.maxLength} characters`;
  if (schema.pattern && !new RegExp(schema.pattern).test(value)) return `must match ${schema.pattern}`;
  return undefined;
}
