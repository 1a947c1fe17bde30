//! Options in other words: `last week` for `last_week`, `paused` for PAUSED.

use serde_json::Value;

use super::plain;
use crate::outline::{member, resolved};

/// Writes options as the schema has them, where just one is meant.
pub fn mend(root: &Value, schema: &Value, value: &mut Value) {
    let Some(schema) = resolved(root, schema) else { return };
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                if let Some(field) = member(root, &schema, name) {
                    mend(root, &field, value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| mend(root, &schema["items"], item)),
        Value::String(said) => {
            let Some(options) = schema["enum"].as_array() else { return };
            if !options.iter().any(|option| option == said.as_str()) {
                // One thing and many of it are the same, unless both are there.
                let one = |name: &str| plain(name).trim_end_matches('s').to_owned();
                if let Some(option) = only(options, |option| plain(option) == plain(said))
                    .or_else(|| only(options, |option| one(option) == one(said)))
                {
                    *said = option.to_owned();
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The one option that is meant.
fn only(options: &[Value], is_meant: impl Fn(&str) -> bool) -> Option<&str> {
    let mut meant = options.iter().filter_map(Value::as_str).filter(|option| is_meant(option));
    match (meant.next(), meant.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_option_may_be_said_in_any_case() {
        let root = json!({"properties": {
            "status": {"enum": ["PAUSED", "ACTIVE"]}, "note": {"type": "string"},
            "period": {"type": ["string", "null"], "enum": ["last_week", "LAST WEEK", "today", null]},
            "kinds": {"items": {"$ref": "#/$defs/Kind"}},
        }, "$defs": {"Kind": {"enum": ["A_1", "B", "CUP", "CUPS"]}}});
        let mut given = json!({
            "status": "Paused", "note": "active", "period": "Today", "kinds": ["a1s", "C", "cups"], "b": "B"});
        mend(&root, &root, &mut given);
        let wanted = json!({
            "status": "PAUSED", "note": "active", "period": "today", "kinds": ["A_1", "C", "CUPS"], "b": "B"});
        assert_eq!(given, wanted);
        let mut two = json!({"period": "last-week"});
        mend(&root, &root, &mut two);
        assert_eq!(two, json!({"period": "last-week"}), "nobody knows which");
    }
}
