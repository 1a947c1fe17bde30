//! Where a successful answer hides failures: `partial`.
//!
//! Bulk writes answer 200 (or 206) and report per item what went wrong, each resource in its own
//! dialect. All of them are this record:
//! - `items`: the key of the array of items; `""` when the response is that array; absent when the
//!   error stands in the response itself;
//! - `error`: the path from an item (or the response) to the error, with dots;
//! - `shape`: what stands there when something failed: `array` or `object` of errors with `code`
//!   and `message`, `text` for the message itself, `any` when the description does not say. Null,
//!   absent and empty always mean success;
//! - `messages`: the key of the texts in each element of an `array` that has no `message`. One
//!   with neither (dynamic titles) is to be shown as it is.
//!
//! | dialect | example |
//! |---|---|
//! | `{"items":"items","error":"exceptions","shape":"array"}` | campaigns, ad groups, lead forms |
//! | `{"items":"items","error":"exceptions","shape":"object"}` | ads |
//! | `{"items":"promotions","error":"exception","shape":"object"}` | promotions |
//! | `{"items":"","error":"data.exceptions","shape":"object"}` | schedules, local stores |
//! | `{"items":"","error":"status.message","shape":"text"}` | bulk deletes |
//! | `{"error":"errors","shape":"array","messages":"error_messages"}` | keywords, labels |
//! | `{"error":"exceptions","shape":"array"}` | asset groups |
//! | `{"items":"events","error":"error_message","shape":"text"}` | conversion events |
//!
//! Only writes and the results of batches have it: the errors that other reads list are data.

use super::description::{array, object};
use super::types::{Types, resolve};
use serde_json::{Map, Value};

/// Paths that hold an error wherever they occur, the more telling first.
const ERRORS: [&str; 7] = [
    "exceptions",
    "exception",
    "errors",
    "error_message",
    "errorMessage",
    "data.exceptions",
    "status.message",
];

/// The dialect of this operation, or nothing when its answer reports no failures.
pub fn partial(types: &Types, operation: &Value) -> Option<Value> {
    let is_batch = operation["path"].as_str()?.contains("/batch/");
    if operation["method"] == "GET" && !is_batch {
        return None;
    }
    let responses = alternatives(types, operation.get("response")?);
    responses.into_iter().find_map(|response| {
        if response["type"] == "array" {
            return dialect(types, &response["items"], Some(""));
        }
        dialect(types, response, None).or_else(|| {
            object(&response["properties"]).find_map(|(key, property)| {
                let items = resolve(types, property).get("items")?;
                dialect(types, items, Some(key))
            })
        })
    })
}

fn dialect(types: &Types, item: &Value, items: Option<&str>) -> Option<Value> {
    let found = |path| Some((path, find(types, item, path)?));
    let (path, error) = ERRORS.into_iter().find_map(found)?;
    let shape = match error["type"].as_str() {
        Some(shape @ ("array" | "object")) => shape,
        Some("string") => "text",
        _ => "any",
    };
    let mut partial = Map::new();
    partial.extend(items.map(|items| ("items".to_owned(), items.into())));
    partial.insert("error".into(), path.into());
    partial.insert("shape".into(), shape.into());
    if find(types, &error["items"], "error_messages").is_some() {
        partial.insert("messages".into(), "error_messages".into());
    }
    Some(partial.into())
}

/// The type at a dotted path, in whichever alternative has it.
fn find<'a>(types: &'a Types, type_: &'a Value, path: &str) -> Option<&'a Value> {
    let (key, rest) = path.split_once('.').unwrap_or((path, ""));
    alternatives(types, type_).into_iter().find_map(|alternative| {
        let property = resolve(types, alternative["properties"].get(key)?);
        if rest.is_empty() { Some(property) } else { find(types, property, rest) }
    })
}

fn alternatives<'a>(types: &'a Types, type_: &'a Value) -> Vec<&'a Value> {
    let type_ = resolve(types, type_);
    match type_.get("oneOf") {
        None => vec![type_],
        union => array(union).flat_map(|member| alternatives(types, member)).collect(),
    }
}
