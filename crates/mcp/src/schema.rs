//! The connector's JSON Schemas as tools need them.

use connector_host::contract::actions::Shape;
use rmcp::model::JsonObject;
use serde_json::{Value, json};

/// The argument that says how many items a tool answers with at most.
pub const LIMIT: &str = "max_items";
/// The argument that says how many items come before the first of the answer.
pub const SKIP: &str = "skip_items";
/// Items in an answer, unless the argument says otherwise.
pub const ITEMS: u64 = 25;
/// Items that can be asked for.
pub const MOST: u64 = 1000;

/// The schema of a tool's arguments: the action's input, with [`LIMIT`] and [`SKIP`] when it answers
/// with items. A field of the action's own goes before either.
pub fn arguments(input: &str, shape: Shape) -> JsonObject {
    let mut schema = plain(input);
    if shape == Shape::Items {
        let properties = schema.entry("properties").or_insert_with(|| json!({}));
        let limit = json!({
            "type": "integer", "minimum": 1, "maximum": MOST, "default": ITEMS,
        });
        let skip = json!({
            "type": "integer", "minimum": 0, "default": 0,
            "description": "To go on after so many.",
        });
        for (name, field) in [(LIMIT, limit), (SKIP, skip)] {
            if properties.get(name).is_none() {
                properties[name] = field;
            }
        }
    }
    schema
}

/// Whether an action with this input has a field of that name itself.
pub fn has_own(input: &str, name: &str) -> bool {
    plain(input).get("properties").is_some_and(|properties| properties.get(name).is_some())
}

/// Whether values of the schema are objects and nothing else.
pub fn is_object(schema: &JsonObject) -> bool {
    schema.get("type").is_some_and(|kind| kind == "object")
}

/// A schema without what only forms need. The dialect is the protocol's own default, and clients
/// whose validator does not know the word refuse a schema that names it.
pub fn plain(text: &str) -> JsonObject {
    let mut schema = serde_json::from_str(text).unwrap_or_default();
    prune(&mut schema);
    object(schema)
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

/// Only the hints that change what a value has to be stay: a file, and a time's unit.
fn prune(schema: &mut Value) {
    const KEPT: [&str; 2] = ["x-file", "x-time"];
    match schema {
        Value::Object(members) => {
            members.retain(|key, _| {
                key != "$schema" && (!key.starts_with("x-") || KEPT.contains(&key.as_str()))
            });
            for (key, value) in members {
                match key.as_str() {
                    // Names of fields, not words of the schema; values, not schemas.
                    "properties" | "$defs" => {
                        value
                            .as_object_mut()
                            .into_iter()
                            .flat_map(|it| it.values_mut())
                            .for_each(prune);
                    }
                    "const" | "default" | "enum" | "examples" => {}
                    _ => prune(value),
                }
            }
        }
        Value::Array(schemas) => schemas.iter_mut().for_each(prune),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hints_for_forms_go_and_fields_stay() {
        let text = r#"{"$schema": "x", "type": "object", "properties": {"x-choices": {
            "type": "string", "x-choices": [], "x-time": "seconds", "default": {"x-a": 1}}}}"#;
        let wanted = json!({"type": "object", "properties": {"x-choices": {
            "type": "string", "x-time": "seconds", "default": {"x-a": 1}}}});
        assert_eq!(Value::Object(plain(text)), wanted);
    }

    #[test]
    fn lists_take_a_limit_unless_they_have_one() {
        let limit = |text| arguments(text, Shape::Items)["properties"][LIMIT].clone();
        assert_eq!(limit(r#"{"type": "object"}"#)["default"], ITEMS);
        let own = r#"{"type": "object", "properties": {"max_items": {"type": "string"}}}"#;
        assert_eq!(limit(own), json!({"type": "string"}));
        assert_eq!(arguments("{}", Shape::Single), JsonObject::new());
    }
}
