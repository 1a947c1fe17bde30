//! Items of lists.

use serde_json::Value;

use crate::catalog::Service;
use crate::contract::Error;
use crate::error::unexpected;

/// The text or number at this JSON pointer.
pub(super) fn text(item: &Value, pointer: &str) -> Option<String> {
    match item.pointer(pointer)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// An item that no value can hold, such as one with a number that is too large.
pub(super) fn unreadable(service: &Service, cause: serde_json::Error) -> Error {
    unexpected(
        "invalid-answer",
        format!("{}'s list has an item that cannot be read: {cause}", service.name),
    )
}

pub(super) fn lacking(service: &Service, pointer: &str) -> Error {
    unexpected(
        "invalid-answer",
        format!("{}'s list has an item without {}", service.name, pointer.trim_start_matches('/')),
    )
}
