//! Making a Pin exactly once.

use serde_json::{Map, Value, json};

use super::place::{Target, object};
use connector_sdk::flow::{Flow, FlowResult, is_unknown};

/// The fields that go to `pins.create` as they are.
const FIELDS: &[&str] = &[
    "title",
    "description",
    "link",
    "alt_text",
    "dominant_color",
    "ai_disclosures",
    "ad_account_id",
];

/// A Pin of the board with the same link and title, where the input asks to look for one first.
pub fn existing(flow: &mut Flow, target: &Target) -> FlowResult<Option<Value>> {
    if flow.text("if_exists") != "return" {
        return Ok(None);
    }
    find(flow, target, &["link", "title"], "")
}

/// Makes the Pin. When no answer comes, the board tells whether it was made. `files` are the blobs
/// that stand in `media_source`.
pub fn create(
    flow: &mut Flow,
    target: &Target,
    media_source: Value,
    files: &[&str],
) -> FlowResult<Value> {
    let since = flow.now()?;
    let mut input = flow.given(FIELDS);
    input.insert("board_id".to_owned(), json!(target.board_id));
    if let Some(section) = &target.section_id {
        input.insert("board_section_id".to_owned(), json!(section));
    }
    input.insert("media_source".to_owned(), media_source);
    let error = match flow.attempt_with_files("pins.create", input, files)? {
        Ok(pin) => return Ok(pin),
        Err(error) => error,
    };
    let texts = ["title", "description", "link", "alt_text"];
    if is_unknown(&error)
        && let Some(pin) = find(flow, target, &texts, &since)?
    {
        return Ok(pin);
    }
    Err(error.into())
}

/// What the action gives back.
pub fn output(pin: Value, created: bool) -> Value {
    json!({ "created": created, "pin": pin })
}

/// The first Pin of the board, made at `since` or later, that has the same texts as the input.
fn find(
    flow: &mut Flow,
    target: &Target,
    texts: &[&str],
    since: &str,
) -> FlowResult<Option<Value>> {
    let wanted: Vec<_> = texts.iter().map(|name| (*name, flow.text(name).to_owned())).collect();
    let matches = |pin: &Value| {
        let text = |name: &str| pin[name].as_str().unwrap_or_default();
        // Pinterest's times have no zone, but they are UTC: the first 19 characters compare.
        let made = text("created_at");
        made.get(..19).unwrap_or(made) >= since.get(..19).unwrap_or_default()
            && wanted.iter().all(|(name, value)| text(name) == value)
            && target.section_id.as_deref().is_none_or(|id| text("board_section_id") == id)
    };
    let list: Map<_, _> = object(json!({ "board_id": target.board_id }));
    let found = flow.search("board_pins.list", list, 1, |pin| matches(pin).then(|| pin.clone()))?;
    Ok(found.into_iter().next())
}
