//! Reading of JSON in which much may be absent.

use serde_json::Value;

/// The entries of a list that may be absent.
pub fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A text that may be absent.
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The names of an object's members.
pub fn members(object: &Value) -> impl Iterator<Item = &str> {
    object.as_object().into_iter().flatten().map(|(name, _)| name.as_str())
}
