//! JSON Schema as TypeScript. What it does not know is `unknown`, so it never says too much.

use serde_json::Value;

use crate::typed::{Things, apart, member};
use crate::values::{list, members};

/// The type of the values that a schema takes, on a line that is set in by `indent`. Things are called by
/// their names, but for the outermost.
pub fn type_of(schema: &Value, things: &Things, indent: &str) -> String {
    let inner = |schema: &Value| named(schema, things, indent);
    if let Some(constant) = schema.get("const") {
        return constant.to_string();
    }
    if schema["enum"].is_array() {
        return union(list(&schema["enum"]).map(Value::to_string));
    }
    for kind in ["oneOf", "anyOf"] {
        if schema[kind].is_array() {
            // An alternative for what nobody knows yet would hide the others' fields.
            return union(list(&schema[kind]).filter(|case| !is_other(case)).map(inner));
        }
    }
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().collect(),
        kind => vec![kind],
    };
    union(kinds.into_iter().map(|kind| match kind.as_str().unwrap_or_default() {
        kind @ ("string" | "boolean" | "number" | "null") => kind.to_owned(),
        "integer" => "number".to_owned(),
        "array" => match inner(&schema["items"]) {
            item if member(&item) => format!("{item}[]"),
            item => format!("Array<{item}>"),
        },
        "object" => object(schema, things, indent),
        _ => "unknown".to_owned(),
    }))
}

fn named(schema: &Value, things: &Things, indent: &str) -> String {
    if let Some(name) = things.name_of(schema) {
        return name.to_owned();
    }
    match apart(schema) {
        Some(kinds) => union(kinds.iter().map(|kind| named(kind, things, indent))),
        None => type_of(schema, things, indent),
    }
}

fn is_other(schema: &Value) -> bool {
    members(&schema["properties"]).any(|(_, field)| field.get("not").is_some())
}

fn object(schema: &Value, things: &Things, indent: &str) -> String {
    let inner = format!("{indent}  ");
    let fields: String = members(&schema["properties"])
        .map(|(name, field)| {
            let key = if member(name) { name.to_owned() } else { Value::from(name).to_string() };
            let mark = if things.is_there(schema, name) { "" } else { "?" };
            let of = named(field, things, &inner);
            format!("{}{inner}{key}{mark}: {of};\n", note(&words(field), &inner))
        })
        .collect();
    let more = &schema["additionalProperties"];
    match (fields.is_empty(), more) {
        (true, Value::Bool(false)) => "Record<string, never>".to_owned(),
        (true, Value::Object(_)) => format!("Record<string, {}>", named(more, things, indent)),
        (true, _) => "Record<string, unknown>".to_owned(),
        (false, Value::Object(_)) => format!("({{\n{fields}{indent}}} & Record<string, unknown>)"),
        (false, _) => format!("{{\n{fields}{indent}}}"),
    }
}

fn words(field: &Value) -> String {
    let said = ["title", "description"].iter().filter_map(|name| field[*name].as_str());
    let said = said.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ");
    match field.get("default") {
        Some(default) => format!("{said} Default: {default}.").trim().to_owned(),
        None => said,
    }
}

/// A doc comment on a line of its own; none for no text.
pub fn note(text: &str, indent: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ").replace("*/", "*\\/");
    if words.is_empty() { words } else { format!("{indent}/** {words} */\n") }
}

/// Each type once; of none `never`.
pub fn union(types: impl Iterator<Item = String>) -> String {
    let mut all: Vec<String> = Vec::new();
    types.for_each(|one| {
        if !all.contains(&one) {
            all.push(one)
        }
    });
    if all.is_empty() { "never".to_owned() } else { all.join(" | ") }
}
