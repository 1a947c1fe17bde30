//! Events as a trigger emits them, and as they are delivered.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// An event to deliver.
#[derive(Clone, Debug)]
pub struct Event {
    /// The id of the trigger.
    pub trigger: String,
    /// Stable: of one trigger no two events have the same.
    pub id: String,
    /// What is delivered, on one line: `trigger`, `id`, `occurred_at` (RFC 3339 in UTC, or null)
    /// and `data`.
    pub json: String,
}

/// What an event is made of. `data` is copied, not parsed.
#[derive(Deserialize, Serialize)]
struct Parts<'a> {
    #[serde(skip_deserializing)]
    trigger: &'a str,
    id: String,
    occurred_at: Option<String>,
    #[serde(borrow)]
    data: &'a RawValue,
}

/// The events of a page. The error says what is wrong with it.
pub fn read(trigger: &str, page: &str) -> Result<Vec<Event>, String> {
    let wrong = |error| format!("a page that does not hold events: {error}");
    let page: Vec<Parts> = serde_json::from_str(page).map_err(wrong)?;
    let event = |mut parts: Parts| {
        let json = serde_json::to_string(&parts).map_err(wrong)?;
        // Line breaks are only between the tokens of `data`: texts escape them.
        let json = json.replace(['\n', '\r'], " ");
        Ok(Event { trigger: trigger.to_owned(), id: std::mem::take(&mut parts.id), json })
    };
    page.into_iter().map(|parts| event(Parts { trigger, ..parts })).collect()
}
