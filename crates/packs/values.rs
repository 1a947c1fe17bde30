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

/// The names of the members of an object that may be absent.
pub fn names(object: &Value) -> impl Iterator<Item = &str> {
    members(object).map(|(name, _)| name)
}

/// The members of an object that may be absent.
pub fn members(object: &Value) -> impl Iterator<Item = (&str, &Value)> {
    object.as_object().into_iter().flatten().map(|(name, member)| (name.as_str(), member))
}
