//! Which fields of an input have choices.

use serde_json::Value;

use crate::values::{list, members};

/// The paths of such fields, as the contract's `choices` takes them; `[]` stands for any item of a list.
pub fn fields(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(schema, "", &mut found);
    found
}

fn collect(schema: &Value, path: &str, found: &mut Vec<String>) {
    for case in ["oneOf", "anyOf"].into_iter().flat_map(|kind| list(&schema[kind])) {
        collect(case, path, found);
    }
    for (name, field) in members(&schema["properties"]) {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        visit(field, path, found);
    }
    if schema["items"].is_object() {
        visit(&schema["items"], format!("{path}[]"), found);
    }
}

fn visit(field: &Value, path: String, found: &mut Vec<String>) {
    collect(field, &path, found);
    if field["x-choices"].is_array() && !found.contains(&path) {
        found.push(path);
    }
}
