//! What becomes of the items of a list: the output of an action, choices for a form, or events.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::events::Events;
use crate::array::Array;
use crate::catalog::Source;
use crate::contract::{Cursor, Error};
use crate::error::unexpected;

#[derive(Serialize, Deserialize)]
pub enum Feed {
    /// Each item as it is.
    Items,
    /// `{"value", "title"}` of each item whose title contains `query`, which is folded.
    Choices {
        value: String,
        title: Vec<String>,
        query: String,
    },
    Events(Events),
}

impl Feed {
    pub fn choices(source: &Source, query: Option<&str>) -> Feed {
        let query = folded(query.unwrap_or_default());
        let title = source.title.iter().map(|pointer| (*pointer).to_owned()).collect();
        Feed::Choices { value: source.value.to_owned(), title, query }
    }

    /// What to emit for a page, a JSON array of items and its length: the same of something.
    pub fn take(&mut self, items: String, count: u32) -> Result<(String, u32), Error> {
        match self {
            Feed::Items => Ok((items, count)),
            Feed::Events(events) => events.take(&items),
            Feed::Choices { value, title, query } => {
                // One by one, so that what cannot be read hides no other.
                let items: Vec<&RawValue> = serde_json::from_str(&items).unwrap_or_default();
                let mut array = Array::default();
                for item in items {
                    let Ok(item) = serde_json::from_str(item.get()) else { continue };
                    for (value, title) in choices(&item, value, title) {
                        if folded(&title).contains(query.as_str()) {
                            let choice = json!({ "value": value, "title": title });
                            array.slot().push_str(&choice.to_string());
                        }
                    }
                }
                Ok(array.finish())
            }
        }
    }

    /// The cursor, once the list has been read to its end.
    pub fn finish(self) -> Option<Cursor> {
        match self {
            Feed::Events(events) => Some(events.finish()),
            _ => None,
        }
    }
}

/// The choices that an item stands for, as value and title: one, or its members. What has no value
/// cannot be chosen.
fn choices(item: &Value, value: &str, title: &[String]) -> Vec<(String, String)> {
    if value == "*" {
        let members = item.as_object().into_iter().flatten();
        return members
            .map(|(key, title)| (key.clone(), text(title, "").unwrap_or_default()))
            .collect();
    }
    let Some(value) = text(item, value).filter(|value| !value.is_empty()) else {
        return Vec::new();
    };
    let parts: Vec<_> = title.iter().filter_map(|pointer| text(item, pointer)).collect();
    let title = if parts.is_empty() { value.clone() } else { parts.join(", ") };
    vec![(value, title)]
}

pub(super) fn text(item: &Value, pointer: &str) -> Option<String> {
    match item.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// In lower case, for the scripts that have cases and are widely used: Latin, Greek and Cyrillic.
/// The whole of Unicode would cost 25 KB of tables.
fn folded(text: &str) -> String {
    let fold = |c: char| match c {
        'A'..='Z' | 'À'..='Ö' | 'Ø'..='Þ' | 'Α'..='Ϋ' | 'А'..='Я' => c as u32 + 32,
        'Ѐ'..='Џ' => c as u32 + 80,
        'Ĺ'..='Ň' | 'Ź'..='Ž' if !(c as u32).is_multiple_of(2) => c as u32 + 1,
        'Ā'..='ķ' | 'Ŋ'..='ŷ' if (c as u32).is_multiple_of(2) => c as u32 + 1,
        other => other as u32,
    };
    text.chars().map(|c| char::from_u32(fold(c)).unwrap_or(c)).collect()
}

/// An item that no value can hold, such as one with a number that is too large.
pub(super) fn unreadable(cause: serde_json::Error) -> Error {
    unexpected(
        "invalid-answer",
        format!("Pinterest's list has an item that cannot be read: {cause}"),
    )
}

pub(super) fn lacking(pointer: &str) -> Error {
    unexpected(
        "invalid-answer",
        format!("Pinterest's list has an item without {}", pointer.trim_start_matches('/')),
    )
}
