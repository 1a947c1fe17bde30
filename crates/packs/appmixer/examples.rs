//! Values that people see for variables before a flow has run: those of the manifest's examples and samples.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Plain values by the name of a member and their type.
pub struct Examples(BTreeMap<(String, &'static str), Value>);

impl Examples {
    /// From the events of triggers, and then from what actions take.
    pub fn of_manifest(manifest: &Value) -> Examples {
        let mut examples = Examples(BTreeMap::new());
        for (list, member) in [("triggers", "sample"), ("webhooks", "sample")] {
            manifest[list]
                .as_array()
                .into_iter()
                .flatten()
                .for_each(|entry| examples.take("", &entry[member]));
        }
        for action in manifest["actions"].as_array().into_iter().flatten() {
            examples.take("", &action["examples"]);
        }
        examples
    }

    fn take(&mut self, name: &str, value: &Value) {
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| self.take(name, value))
            }
            Value::Array(items) => items.iter().for_each(|item| self.take(name, item)),
            Value::String(text) if text.is_empty() => {}
            _ => {
                let key = (name.to_owned(), kind(value));
                self.0.entry(key).or_insert_with(|| value.clone());
            }
        }
    }

    /// An example for a member: what one of its name and type had, or one that its schema tells.
    pub fn of(&self, name: &str, schema: &Value) -> Option<Value> {
        let types: Vec<_> = match &schema["type"] {
            Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
            single => single.as_str().into_iter().collect(),
        };
        let first = schema["enum"].as_array().and_then(|values| values.first().cloned());
        let seen = types.iter().find_map(|it| self.0.get(&(name.to_owned(), known(it)?)).cloned());
        first.or(seen).or_else(|| plain(types.first()?, name, schema["format"].as_str()))
    }
}

fn plain(kind: &str, name: &str, format: Option<&str>) -> Option<Value> {
    Some(match (kind, format) {
        ("string", Some("date-time")) => json!("2026-01-31T12:00:00Z"),
        ("string", Some("date")) => json!("2026-01-31"),
        ("string", Some("uri")) => json!("https://example.com"),
        ("string", _) if name == "id" || name.ends_with("_id") => json!("1234567890"),
        ("string", _) if name.ends_with("url") => json!("https://example.com"),
        ("string", _) => json!(connector_forms::labels::words(name)),
        ("integer", _) => json!(1),
        ("number", _) => json!(1.5),
        ("boolean", _) => json!(true),
        _ => return None,
    })
}

fn known(kind: &str) -> Option<&'static str> {
    ["string", "integer", "number", "boolean"].into_iter().find(|known| *known == kind)
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "string",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        _ => "",
    }
}
