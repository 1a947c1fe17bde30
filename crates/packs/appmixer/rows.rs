//! Controls, and tables of them: a row for each item of a list, or for each name that has a value.
//!
//! A table has no fields within fields, so the columns of a row are flat: `object__member`, and for a list of
//! records in a row the columns of one record. Variants share the columns of the members that they share.

use connector_forms::{VARIANT, labels};
use serde_json::{Map, Value, json};

/// How the field that chooses a variant is called where no member tells them apart.
const CHOSEN: &str = "variant";

/// What is said of a field whose schema is not known.
const AS_JSON: &str = "As JSON.";

/// The kind of field that a value wants. What has no known schema is written as JSON.
pub fn control(schema: &Value) -> Value {
    let has = |kind: &str| match &schema["type"] {
        Value::Array(types) => types.iter().any(|name| name == kind),
        single => single == kind,
    };
    let default = &schema["default"];
    if has("boolean") {
        // A switch that nobody touched says nothing, so it may only stand for what is so anyway.
        if *default == false { json!({"type": "toggle"}) } else { yes_or_no() }
    } else if has("array") {
        list(&schema["items"])
    } else if let Some(values) = schema["enum"].as_array() {
        json!({"type": "select", "options": options(values)})
    } else if schema["x-file"].is_string() {
        json!({"type": "filepicker"})
    } else if schema["format"] == "date" {
        json!({"type": "date-time", "config": {"enableTime": false}})
    } else if schema["format"] == "date-time" || schema["x-time"].is_string() {
        json!({"type": "date-time"})
    } else if has("integer") || has("number") {
        json!({"type": "number"})
    } else if has("string") {
        json!({"type": if schema["x-multiline"] == true { "textarea" } else { "text" }})
    } else {
        json!({"type": "textarea", "tooltip": AS_JSON})
    }
}

/// Several options, or a table with a row for each item.
fn list(items: &Value) -> Value {
    match items["enum"].as_array() {
        Some(values) => json!({"type": "multiselect", "options": options(values)}),
        None => table(|columns| columns.add(items, "", "")),
    }
}

/// Whether an object is one of names that are not known, with values that are.
pub fn is_map(schema: &Value) -> bool {
    schema["additionalProperties"].is_object()
}

/// A table of names and values.
pub fn map(schema: &Value) -> Value {
    table(|columns| columns.add(schema, "", ""))
}

fn table(fill: impl FnOnce(&mut Columns)) -> Value {
    let mut columns = Columns(Map::new());
    fill(&mut columns);
    json!({"type": "expression", "levels": ["ADD"], "fields": columns.0})
}

/// The field of a union by which its variants are told apart.
pub fn tag(union: &Value) -> &str {
    union["discriminator"]["propertyName"].as_str().unwrap_or(CHOSEN)
}

/// The field that chooses a variant.
pub fn variants(union: &Value) -> Value {
    let all = union["oneOf"].as_array().into_iter().flatten();
    let options = all.map(|it| json!({"label": it["title"], "value": it[VARIANT]}));
    json!({"type": "select", "options": options.collect::<Vec<_>>()})
}

/// Puts what a schema says of a field before what is to be known of filling it in.
pub fn add_help(field: &mut Value, schema: &Value) {
    let said = [&schema["description"], &field["tooltip"]].map(|it| it.as_str());
    let said: Vec<_> = said.into_iter().flatten().collect();
    if !said.is_empty() {
        field["tooltip"] = said.join(" ").into();
    }
}

/// The columns of a table by their names.
struct Columns(Map<String, Value>);

impl Columns {
    fn add(&mut self, schema: &Value, key: &str, label: &str) {
        if schema["oneOf"].is_array() {
            self.insert(&join(key, "__", tag(schema)), label, "Kind", schema, variants(schema));
            for variant in schema["oneOf"].as_array().into_iter().flatten() {
                self.add(variant, key, label);
            }
        } else if is_map(schema) {
            self.insert(
                &join(key, "__", "key"),
                label,
                "Name",
                &json!({}),
                json!({"type": "text"}),
            );
            self.add(&schema["additionalProperties"], &join(key, "__", "value"), label);
        } else if let Some(members) = schema["properties"].as_object().filter(|it| !it.is_empty()) {
            for (name, member) in members {
                let inner = format!("{label}{}", labels::title(name, member));
                let below =
                    !member["properties"].is_null() || member["items"]["properties"].is_object();
                let inner = if below { format!("{inner}: ") } else { inner };
                self.add(member, &join(key, "__", name), &inner);
            }
        } else if schema["const"].is_null() {
            self.leaf(schema, key, label);
        }
    }

    fn leaf(&mut self, schema: &Value, key: &str, label: &str) {
        let items = &schema["items"];
        if items["oneOf"].is_array() || items["properties"].is_object() {
            return self.add(items, key, label);
        }
        let key = if key.is_empty() { "value" } else { key };
        let field = match items["enum"].as_array() {
            Some(values) => json!({"type": "multiselect", "options": options(values)}),
            None if items.is_object() => {
                json!({"type": "text", "tooltip": "Several with commas between them."})
            }
            None => control(schema),
        };
        self.insert(key, label, &labels::title(key, schema), schema, field);
    }

    fn insert(&mut self, key: &str, label: &str, or: &str, schema: &Value, mut field: Value) {
        let label = label.trim_end_matches([' ', ':']);
        field["label"] = if label.is_empty() { or.into() } else { label.into() };
        field["index"] = (self.0.len() + 1).into();
        add_help(&mut field, schema);
        match self.0.get_mut(key) {
            // Another variant has it, too: of both there is every option.
            Some(known) => {
                for option in field["options"].as_array().into_iter().flatten() {
                    if let Some(options) = known["options"].as_array_mut()
                        && !options.contains(option)
                    {
                        options.push(option.clone());
                    }
                }
            }
            None => drop(self.0.insert(key.to_owned(), field)),
        }
    }
}

/// A name below another one; the first of its path has none before it.
pub fn join(before: &str, sign: &str, name: &str) -> String {
    if before.is_empty() { name.to_owned() } else { format!("{before}{sign}{name}") }
}

fn yes_or_no() -> Value {
    let option = |(value, label)| json!({"label": label, "value": value});
    let options = [("true", "Yes"), ("false", "No")].map(option);
    json!({"type": "select", "options": options})
}

fn options(values: &[Value]) -> Value {
    let shown = labels::options(values).into_iter().zip(values);
    shown.map(|(label, value)| json!({"label": label, "value": value})).collect()
}
