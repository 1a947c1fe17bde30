//! Which types the operations need.

use super::{Types, reduce};
use crate::catalog::description::Description;
use anyhow::{Context, Result};
use serde_json::Value;

/// Every type that `operations` lead to, by name. Fails when a reference leads nowhere.
pub fn reachable<'a>(
    description: &Description,
    operations: impl Iterator<Item = &'a Value>,
) -> Result<Types> {
    let mut waiting = Vec::new();
    operations.for_each(|operation| references(operation, &mut waiting));
    let mut types = Types::new();
    while let Some(name) = waiting.pop() {
        if types.contains_key(&name) {
            continue;
        }
        let reduced = reduce(description, &name, description.schema(&name)?)
            .with_context(|| format!("schema {name}"))?;
        references(&reduced, &mut waiting);
        types.insert(name, reduced);
    }
    Ok(types)
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(name)) = map.get("$ref") {
                found.push(name.clone());
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}
