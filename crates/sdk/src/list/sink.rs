//! What becomes of the items of a list: the output of an action, choices for a form, or events.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::events::Events;
use super::item::text;
use crate::catalog::Catalog;
use crate::catalog::Source;
use crate::contract::{Cursor, Error};
use crate::json_array::JsonArray;

#[derive(Serialize, Deserialize)]
pub enum ItemSink {
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

impl ItemSink {
    pub fn choices(source: &Source, query: Option<&str>) -> ItemSink {
        let query = folded(query.unwrap_or_default());
        let title = source.title.iter().map(|pointer| (*pointer).to_owned()).collect();
        ItemSink::Choices { value: source.value.to_owned(), title, query }
    }

    /// What to emit for a page, a JSON array of items and its length: the same of something.
    pub fn take(
        &mut self,
        catalog: &Catalog,
        items: String,
        count: u32,
    ) -> Result<(String, u32), Error> {
        match self {
            ItemSink::Items => Ok((items, count)),
            ItemSink::Events(events) => events.take(catalog, &items),
            ItemSink::Choices { value, title, query } => {
                // One by one, so that what cannot be read hides no other.
                let items: Vec<&RawValue> = serde_json::from_str(&items).unwrap_or_default();
                let mut array = JsonArray::default();
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
            ItemSink::Events(events) => Some(events.finish()),
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
