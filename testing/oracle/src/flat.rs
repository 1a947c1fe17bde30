//! A schema of the description without references and `allOf` at its top, for those who walk over
//! it. What is below stays as it is and is flattened in its turn.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::description::Description;

/// `schema` with its parts merged. A later part wins, but properties and required names add up.
pub fn flat<'a>(description: &'a Description, schema: &'a Value) -> Cow<'a, Value> {
    let schema = description.resolve(schema);
    let Some(parts) = schema["allOf"].as_array() else { return Cow::Borrowed(schema) };
    let mut merged = Map::new();
    for part in parts {
        let mut part = flat(description, part).into_owned();
        // Whether the whole may be null, or is set by Pinterest alone, is not for a part to say.
        if let Some(part) = part.as_object_mut() {
            part.remove("nullable");
            part.remove("readOnly");
        }
        merge(&mut merged, part);
    }
    let mut own = schema.clone();
    own.as_object_mut().expect("a schema is an object").remove("allOf");
    merge(&mut merged, own);
    if merged.contains_key("items") {
        merged.insert("type".to_owned(), "array".into());
    }
    Cow::Owned(Value::Object(merged))
}

fn merge(base: &mut Map<String, Value>, over: Value) {
    let Value::Object(over) = over else { return };
    for (key, value) in over {
        match (key.as_str(), base.get_mut(&key), value) {
            ("properties", Some(Value::Object(old)), Value::Object(new)) => old.extend(new),
            ("required", Some(Value::Array(old)), Value::Array(new)) => old.extend(new),
            // A `type: object` beside a reference says nothing about what it leads to.
            ("type", Some(_), Value::String(name)) if name == "object" => {}
            (_, _, value) => {
                base.insert(key, value);
            }
        }
    }
}
