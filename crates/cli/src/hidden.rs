//! What a schema marks as secret is not shown on a terminal, where others may look on.

use serde_json::{Map, Value, json};

/// For stderr, where something was hidden.
pub const NOTE: &str = "values marked as secret are hidden here; --json prints them";

const PLACE: &str = "<secret>";

/// Replaces all that the schema marks with `x-secret`. Whether there was any.
pub fn hide(schema: &Value, value: &mut Value) -> bool {
    if value.is_null() {
        return false;
    }
    // Secret in one of several variants is secret.
    if variants(schema).iter().any(|schema| schema["x-secret"] == true) {
        *value = PLACE.into();
        return true;
    }
    let mut found = false;
    match value {
        Value::Object(fields) => {
            let known = properties(schema);
            for (name, value) in fields {
                found |= known.get(name).is_some_and(|field| hide(field, value));
            }
        }
        Value::Array(values) => {
            let schema = items(schema);
            for value in values {
                found |= hide(&schema, value);
            }
        }
        _ => {}
    }
    found
}

/// The schema, and the alternatives that it names, and theirs.
pub fn variants(schema: &Value) -> Vec<&Value> {
    let lists = ["oneOf", "anyOf", "allOf"].into_iter().filter_map(|key| schema[key].as_array());
    [schema].into_iter().chain(lists.flatten().flat_map(variants)).collect()
}

/// The properties of an object, of all its variants. One that differs among them is a choice.
pub fn properties(schema: &Value) -> Map<String, Value> {
    let mut all: Map<String, Value> = Map::new();
    for variant in variants(schema) {
        for (name, field) in variant["properties"].as_object().into_iter().flatten() {
            match all.get_mut(name) {
                Some(known) => *known = joined(Some(known.take()), field),
                None => drop(all.insert(name.clone(), field.clone())),
            }
        }
    }
    all
}

/// What the items of a list are, in all its variants.
pub fn items(schema: &Value) -> Value {
    let items = variants(schema).into_iter().filter_map(|variant| variant.get("items"));
    items.fold(None, |known, items| Some(joined(known, items))).unwrap_or_default()
}

fn joined(known: Option<Value>, field: &Value) -> Value {
    match known {
        None => field.clone(),
        Some(known) if known == *field => known,
        Some(known) => json!({"anyOf": [known, field]}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_wherever_they_are() {
        let secret = json!({"x-secret": true});
        let schema = json!({
            "properties": {"a": secret, "list": {"items": {"oneOf": [
                {"properties": {"b": {"type": "string"}}},
                {"properties": {"b": secret}},
            ]}}},
        });
        let mut value = json!({"a": {"deep": 1}, "list": [{"b": "x"}, {"c": "y"}], "z": null});
        assert!(hide(&schema, &mut value));
        assert_eq!(value, json!({"a": PLACE, "list": [{"b": PLACE}, {"c": "y"}], "z": null}));
        assert!(!hide(&schema, &mut json!({"a": null, "b": "x"})));
    }
}
