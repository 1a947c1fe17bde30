//! By what things are told apart.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The key of a thing. Ids are sorted as numbers, so the order is that of creation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key(usize, String);

impl Key {
    /// The key with this text.
    pub fn new(text: &str) -> Key {
        Key(text.len(), text.to_owned())
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.1
    }
}

/// Things of a collection.
pub type Things = BTreeMap<Key, Value>;

/// The text of a key, whichever JSON it is written in.
pub fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An object, or an empty one.
pub fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}
