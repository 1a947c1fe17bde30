//! What a JSON Schema describes, as forms see it.

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

/// What a schema describes; `null` beside it makes no difference.
pub fn shape(schema: &Value) -> Shape<'_> {
    if let Some(tag) = schema["discriminator"]["propertyName"].as_str() {
        return Shape::Union(tag, tagged(schema, tag));
    }
    if let Some(all) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        let real: Vec<_> = all.iter().filter(|one| one["type"] != "null").collect();
        return match &real[..] {
            [] => Shape::Any,
            [one] => shape(one),
            many => Shape::Union(KIND, many.iter().copied().enumerate().map(numbered).collect()),
        };
    }
    let has_members = schema["properties"].as_object().is_some_and(|members| !members.is_empty());
    match kind(schema) {
        _ if has_members => Shape::Object(schema),
        "object" if schema["additionalProperties"]["type"].is_null() => Shape::Any,
        "object" => Shape::Map(&schema["additionalProperties"]),
        "array" if matches!(shape(&schema["items"]), Shape::Any) => Shape::Any,
        "array" => Shape::List(&schema["items"]),
        "" if schema["enum"].is_null() => Shape::Any,
        _ => Shape::Plain(schema),
    }
}

/// The type that is not `null`.
pub fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        single => single.as_str(),
    }
    .unwrap_or_default()
}

fn tagged<'a>(schema: &'a Value, tag: &str) -> Vec<Variant<'a>> {
    let variants = schema["oneOf"].as_array().into_iter().flatten();
    let named = variants.filter_map(|schema| {
        let value = schema["properties"][tag]["const"].as_str()?.to_owned();
        let title = schema["title"].as_str().map_or_else(|| value.replace('_', " "), str::to_owned);
        Some(Variant { value, title, schema })
    });
    named.collect()
}

fn numbered((at, schema): (usize, &Value)) -> Variant<'_> {
    let title = match (schema["title"].as_str(), shape(schema)) {
        (Some(title), _) => title.to_owned(),
        (None, Shape::Plain(_)) if matches!(kind(schema), "integer" | "number") => "Number".into(),
        (None, Shape::Plain(_)) if kind(schema) == "boolean" => "Yes or No".into(),
        (None, Shape::Plain(_)) => "Text".into(),
        (None, Shape::List(_)) => "List".into(),
        (None, Shape::Map(_) | Shape::Object(_)) => "Fields".into(),
        (None, Shape::Union(..) | Shape::Any) => format!("Variant {}", at + 1),
    };
    Variant { value: format!("option{}", at + 1), title, schema }
}
