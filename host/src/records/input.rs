//! Texts that people and tables give, as the JSON values that a field wants.

use serde_json::Value;

use crate::records::schema;

/// A text as a value of a field with this JSON Schema: as it stands when texts are allowed, else
/// as the JSON that it is. What is not JSON stays a text, for the connector to refuse.
pub fn typed(text: &str, field: &Value) -> Value {
    if schema::is(field, "string") {
        return text.into();
    }
    match serde_json::from_str(text) {
        Ok(value) => value,
        Err(_) => text.into(),
    }
}
