//! The fields that `time` or `meaning` has marked, for a reader to go through.

use super::description::{array, object};
use super::facts::{Facts, Operation};
use serde_json::Value;

/// Every field of the facts that has this key, as its value and the path to the field.
pub fn marked(facts: &Facts, key: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (name, type_) in &facts.types {
        walk(name, type_, key, &mut found);
    }
    for (id, Operation { facts: operation, .. }) in &facts.operations {
        for parameter in array(operation.get("parameters")) {
            let name = parameter["name"].as_str().unwrap_or_default();
            walk(&format!("{id} ?{name}"), &parameter["schema"], key, &mut found);
        }
        walk(&format!("{id} body"), &operation["body"]["schema"], key, &mut found);
        walk(&format!("{id} response"), &operation["response"], key, &mut found);
    }
    found.sort();
    found
}

fn walk(path: &str, type_: &Value, key: &str, found: &mut Vec<(String, String)>) {
    if let Some(value) = type_[key].as_str() {
        found.push((value.into(), path.into()));
    }
    for (name, property) in object(&type_["properties"]) {
        walk(&format!("{path}.{name}"), property, key, found);
    }
    for alternative in array(type_.get("oneOf")) {
        walk(path, alternative, key, found);
    }
    for (inner, suffix) in [("items", "[]"), ("additionalProperties", ".*")] {
        if let Some(element) = type_.get(inner) {
            walk(&format!("{path}{suffix}"), element, key, found);
        }
    }
}
