//! What a program needs of a form, to put an input together from what was filled in.

use serde_json::{Map, Value, json};

use crate::{Form, VARIANT};

/// What values are brought to their types by.
const READ: &[&str] =
    &["type", "const", "discriminator", "format", "required", "x-file", "x-time", VARIANT];
/// What holds more schemas.
const WITHIN: &[&str] = &["items", "additionalProperties"];

impl Form {
    /// `schema` without what only people read, and `single` where the form is one of a single record: its `field`,
    /// `beside`, `both` and `nested`.
    pub fn reader(&self) -> Value {
        let mut reader = json!({"schema": bare(&self.schema)});
        if let Some(single) = &self.single {
            reader["single"] = single.to_json();
        }
        reader
    }
}

fn bare(schema: &Value) -> Value {
    let Some(keywords) = schema.as_object() else { return schema.clone() };
    let mut kept = Map::new();
    for (keyword, value) in keywords {
        let value = match keyword.as_str() {
            "properties" => {
                let members = value.as_object().into_iter().flatten();
                members.map(|(name, member)| (name.clone(), bare(member))).collect()
            }
            "oneOf" => value.as_array().into_iter().flatten().map(bare).collect(),
            keyword if WITHIN.contains(&keyword) && value.is_object() => bare(value),
            keyword if READ.contains(&keyword) => value.clone(),
            _ => continue,
        };
        kept.insert(keyword.clone(), value);
    }
    Value::Object(kept)
}
