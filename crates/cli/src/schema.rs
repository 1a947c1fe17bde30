//! A JSON Schema as lines for people: one for each field, fields within fields below them.

use serde_json::{Map, Value};

use crate::output::{self, Column, Line};

/// The fields of an object schema. `deep`: also the fields of the objects in it. On a terminal the
/// help of a field stands below its name, where it has room.
pub fn lines(schema: &Value, deep: bool) -> Vec<Line> {
    let mut rows = Vec::new();
    object(schema, "", deep, &mut rows);
    match output::is_terminal() {
        true => rows.iter().flat_map(below).collect(),
        false => {
            let head = [Column::whole(""), Column::new(""), Column::new("")];
            output::table("  ", head, &rows)
        }
    }
}

fn below([name, summary, help]: &Row) -> Vec<Line> {
    let indent = " ".repeat(2 + name.len() - name.trim_start().len());
    let mut lines = output::named(&indent, name.trim_start(), summary);
    if !help.is_empty() {
        lines.extend(output::prose(&format!("{indent}    "), help));
    }
    lines
}

/// Of a long list of options so many are shown; --json has them all.
const SHOWN: usize = 20;

/// Name, type with limits, help.
type Row = [String; 3];

fn object(schema: &Value, indent: &str, deep: bool, rows: &mut Vec<Row>) {
    let required: Vec<&str> = texts(&schema["required"]).collect();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let mark = if required.contains(&name.as_str()) { " *" } else { "" };
        let help = field["description"].as_str().unwrap_or_default();
        rows.push([format!("{indent}{name}{mark}"), summary(field), help.into()]);
        if deep {
            within(field, &format!("{indent}  "), rows);
        }
    }
}

/// The fields of what a field holds: an object, objects in a list, or one of several objects.
fn within(field: &Value, indent: &str, rows: &mut Vec<Row>) {
    let held = match field.get("items") {
        Some(item) => item,
        None => field,
    };
    object(held, indent, true, rows);
    for alternative in alternatives(held).filter(|it| it.get("properties").is_some()) {
        let title = alternative["title"].as_str().unwrap_or("object");
        rows.push([format!("{indent}- {title}"), String::new(), String::new()]);
        object(alternative, &format!("{indent}  "), true, rows);
    }
}

fn alternatives(schema: &Value) -> impl Iterator<Item = &Value> {
    let lists = ["oneOf", "anyOf"].into_iter().filter_map(|key| schema.get(key)?.as_array());
    lists.flatten()
}

/// The type, what limits it and where choices come from.
fn summary(field: &Value) -> String {
    let mut parts = vec![kind(field)];
    let Some(field) = field.as_object() else { return parts.remove(0) };
    parts.extend(limits(field));
    if let Some(default) = field.get("default") {
        parts.push(format!("default {default}"));
    }
    if let Some(needs) = field.get("x-choices") {
        let needs: Vec<&str> = texts(needs).collect();
        parts.push(match needs.as_slice() {
            [] => "has choices".into(),
            needs => format!("has choices after {}", needs.join(", ")),
        });
    }
    if field.contains_key("x-setting") {
        parts.push("else the connection's".to_owned());
    }
    let flags =
        [("x-file", "a file's content"), ("x-secret", "secret"), ("x-advanced", "advanced")];
    let said = flags.into_iter().filter(|(key, _)| field.contains_key(*key));
    parts.extend(said.map(|(_, words)| words.to_owned()));
    if let Some(unit) = field.get("x-time").and_then(Value::as_str) {
        parts.push(format!("time in {unit}"));
    }
    parts.join(", ")
}

fn kind(field: &Value) -> String {
    if let Some(only) = field.get("const") {
        return only.to_string();
    }
    if let Some(options) = field.get("enum").and_then(Value::as_array) {
        let shown: Vec<String> = options.iter().take(SHOWN).map(word).collect();
        return match options.len() > SHOWN {
            true => format!("{} | … ({} in all)", shown.join(" | "), options.len()),
            false => shown.join(" | "),
        };
    }
    if let Some(items) = field.get("items") {
        return format!("list of {}", kind(items));
    }
    let names = match &field["type"] {
        Value::String(name) => vec![name.as_str()],
        names => texts(names).collect(),
    };
    match (names.is_empty(), alternatives(field).next().is_some()) {
        (false, _) => names.join(" or "),
        (true, true) => "one of".into(),
        (true, false) => "anything".into(),
    }
}

fn limits(field: &Map<String, Value>) -> impl Iterator<Item = String> {
    let range = |least: &str, most: &str, unit: &str| {
        let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
        match (field.get(least), field.get(most)) {
            (Some(least), Some(most)) => Some(format!("{least} to {most}{unit}")),
            (Some(least), None) => Some(format!("at least {least}{unit}")),
            (None, Some(most)) => Some(format!("at most {most}{unit}")),
            (None, None) => None,
        }
    };
    let ranges = [
        range("minimum", "maximum", ""),
        range("minLength", "maxLength", "characters"),
        range("minItems", "maxItems", "items"),
    ];
    let pattern = field.get("pattern").map(|pattern| format!("like {}", word(pattern)));
    let format = field.get("format").map(word);
    ranges.into_iter().flatten().chain(pattern).chain(format)
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}
