//! What a JSON Schema describes, as forms see it.

use connector_forms::{VARIANT, kind};
use serde_json::Value;

/// What a value is.
pub enum Shape<'a> {
    /// With members that are known.
    Object(&'a Value),
    /// Of keys that are free, and values of one schema.
    Map(&'a Value),
    /// One of several: the name of the field that says which, and all of them.
    Union(&'a str, Vec<Variant<'a>>),
    /// A list of values.
    List(&'a Value),
    /// A text, a number or a switch.
    Plain(&'a Value),
    /// Nobody knows.
    Any,
}

/// One of several schemas.
pub struct Variant<'a> {
    /// What chooses it.
    pub value: String,
    /// What people read for it.
    pub title: String,
    pub schema: &'a Value,
}

/// The name of the field that chooses a variant, where the schema has none.
pub const KIND: &str = "kind";

/// What a schema of a form describes; `null` beside it makes no difference.
pub fn shape(schema: &Value) -> Shape<'_> {
    if let Some(all) = schema["oneOf"].as_array() {
        let tag = schema["discriminator"]["propertyName"].as_str();
        let variants = all.iter().map(|one| variant(one, tag.is_some()));
        return Shape::Union(tag.unwrap_or(KIND), variants.collect());
    }
    let has_members = schema["properties"].as_object().is_some_and(|members| !members.is_empty());
    match kind(schema) {
        _ if has_members => Shape::Object(schema),
        "object" if is_open(&schema["additionalProperties"]) => Shape::Any,
        "object" => Shape::Map(&schema["additionalProperties"]),
        "array" if matches!(shape(&schema["items"]), Shape::Any) => Shape::Any,
        "array" => Shape::List(&schema["items"]),
        "" if schema["enum"].is_null() => Shape::Any,
        _ => Shape::Plain(schema),
    }
}

/// Whether nothing is said of the values whose keys are free.
fn is_open(values: &Value) -> bool {
    values.as_object().is_none_or(serde_json::Map::is_empty)
}

fn variant(schema: &Value, is_tagged: bool) -> Variant<'_> {
    let key = schema[VARIANT].as_str().unwrap_or_default();
    let value = if is_tagged { key.to_owned() } else { format!("option{key}") };
    Variant { value, title: schema["title"].as_str().unwrap_or(key).to_owned(), schema }
}
