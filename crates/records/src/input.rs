//! Texts that people and tables give, as the JSON values that a field wants.

use serde_json::Value;

use crate::{schema, time};

/// A text as a value of a field with this JSON Schema: as it stands when texts are allowed, else
/// as the JSON that it is, and a time such as `2026-01-31` as the number that the field counts it
/// in. Anything else stays a text, for the connector to refuse.
pub fn typed(text: &str, field: &Value) -> Value {
    if schema::is(field, "string") {
        return text.into();
    }
    if let Ok(value) = serde_json::from_str(text) {
        return value;
    }
    match time::instant(text).filter(|_| field["x-time"].is_string()) {
        Some(micros) => time::value(micros, field),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_becomes_what_the_field_takes() {
        let field = |kind: &str| json!({"type": kind});
        assert_eq!(typed("12", &field("string")), "12");
        assert_eq!(typed("12", &field("integer")), 12);
        assert_eq!(typed("[1]", &field("array")), json!([1]));
        assert_eq!(typed("many", &field("integer")), "many");
        let seconds = json!({"type": "integer", "x-time": "seconds"});
        assert_eq!(typed("2026-01-05T12:00:00Z", &seconds), 1_767_614_400);
        assert_eq!(typed("1767614400", &seconds), 1_767_614_400);
        assert_eq!(typed("soon", &seconds), "soon");
        let milliseconds = json!({"type": "integer", "x-time": "milliseconds"});
        assert_eq!(typed("2026-01-05T12:00:00Z", &milliseconds), 1_767_614_400_000_i64);
        assert_eq!(typed("2026-01-05", &field("integer")), "2026-01-05");
    }
}
