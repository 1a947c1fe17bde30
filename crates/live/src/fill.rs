//! Inputs that nobody gave.

use std::collections::BTreeMap;

use connector_host::contract::actions::Description;
use connector_records::{micros, moment, schema};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// What an action must be given, from its examples, where that names nothing of an account: ids of an example are
/// those of others. Dates are moved, all alike, so that the last one is yesterday. Of `parents` those that have
/// choices are left to who walks them. The error is the first field for which there is nothing.
pub(crate) fn required(
    action: &Description,
    parents: &[String],
) -> Result<Map<String, Value>, String> {
    let input: Value = serde_json::from_str(&action.input).unwrap_or_default();
    let examples: Vec<Value> = action
        .examples
        .iter()
        .filter_map(|example| serde_json::from_str(&example.input).ok())
        .collect();
    let mut filled = Map::new();
    for (name, field) in schema::properties(&input) {
        let is_parent = parents.contains(&name);
        let named = is_id(&name) || field["x-choices"].is_array();
        if !is_parent && !schema::requires(&input, &name) || is_parent && named {
            continue;
        }
        match examples.iter().find_map(|example| example.get(&name)) {
            Some(value) if !named => filled.insert(name, value.clone()),
            _ => return Err(name),
        };
    }
    move_dates(&mut filled, &input);
    Ok(filled)
}

/// Whether the name is that of ids.
fn is_id(name: &str) -> bool {
    matches!(name.rsplit('_').next(), Some("id" | "ids"))
}

fn move_dates(filled: &mut Map<String, Value>, input: &Value) {
    let properties = schema::properties(input);
    let is_date = |name: &str| properties.get(name).is_some_and(|field| field["format"] == "date");
    let mut dates: Vec<&mut Value> = filled
        .iter_mut()
        .filter(|(name, value)| is_date(name) && micros(value).is_some())
        .map(|(_, value)| value)
        .collect();
    let Some(last) = dates.iter().filter_map(|value| micros(value)).max() else { return };
    let by = today() * DAY - DAY - last;
    for date in &mut dates {
        // Milliseconds since 1970, which are a moment, too.
        let moved = micros(date).and_then(|at| moment(&json!((at + by) / 1000)));
        if let Some(day) = moved.as_deref().and_then(|moment| moment.get(..10)) {
            **date = day.into();
        }
    }
}

/// Days since 1970.
fn today() -> i64 {
    Timestamp::now().as_microsecond() / DAY
}

/// The value with `{name}` in its texts replaced by what is known.
pub(crate) fn placed(value: &Value, known: &BTreeMap<String, String>) -> Value {
    match value {
        Value::String(text) => known
            .iter()
            .fold(text.clone(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
            .into(),
        Value::Array(items) => items.iter().map(|item| placed(item, known)).collect(),
        Value::Object(members) => {
            let members = members.iter().map(|(name, it)| (name.clone(), placed(it, known)));
            members.collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_move_together_and_end_yesterday() {
        let date = json!({"format": "date"});
        let input = json!({"properties": {"from": date, "to": date, "sort": {}}});
        let mut filled = Map::new();
        for (name, value) in [("from", "2026-05-01"), ("to", "2026-05-31"), ("sort", "2026-05-31")]
        {
            filled.insert(name.into(), value.into());
        }
        move_dates(&mut filled, &input);
        let day = |name: &str| micros(&filled[name]).unwrap() / DAY;
        assert_eq!(day("to"), today() - 1);
        assert_eq!(day("to") - day("from"), 30);
        assert_eq!(filled["sort"], "2026-05-31");
    }

    #[test]
    fn names_in_braces_are_replaced_at_any_depth() {
        let known = BTreeMap::from([("board".to_owned(), "7".to_owned())]);
        let value = json!({"a": ["{board}", 1, {"b": "on {board}, not {other}"}]});
        let expected = json!({"a": ["7", 1, {"b": "on 7, not {other}"}]});
        assert_eq!(placed(&value, &known), expected);
    }
}
