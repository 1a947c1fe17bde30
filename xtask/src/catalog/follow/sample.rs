//! A value that a type accepts, for drafts: no more of it than must be there.

use crate::catalog::facts::Facts;
use connector_catalog::files::types::{Kind, Time, Type};
use serde_json::{Map, Value, json};

/// References within references are followed so far.
const DEEP: usize = 8;

/// The members of `type_` that must be there; all that have a plain value where `all`.
pub fn sample(facts: &Facts, type_: &Type, all: bool) -> Value {
    value(facts, type_, all, DEEP)
}

fn value(facts: &Facts, type_: &Type, all: bool, deep: usize) -> Value {
    if let Some(name) = &type_.reference {
        return match facts.types.get(name) {
            Some(type_) if deep > 0 => value(facts, type_, all, deep - 1),
            _ => Value::Null,
        };
    }
    if let Some(first) = type_.options.first() {
        return first.clone();
    }
    if let Some(first) = type_.one_of.first() {
        return value(facts, first, all, deep);
    }
    match type_.time {
        Some(Time::Date) => return json!("2026-01-31"),
        Some(Time::Rfc3339) => return json!("2026-01-31T12:00:00Z"),
        Some(Time::SecondsString) => return json!("1769860800"),
        Some(Time::Seconds | Time::Magnitude) => return json!(1_769_860_800),
        Some(Time::Milliseconds) => return json!(1_769_860_800_000_u64),
        None => {}
    }
    match type_.kind {
        Some(Kind::Boolean) => json!(true),
        Some(Kind::Integer | Kind::Number) => type_.minimum.clone().map_or(json!(1), Value::Number),
        Some(Kind::Array) => {
            let one = type_.items.as_deref().map(|items| value(facts, items, all, deep));
            vec![one.unwrap_or(json!("text")); type_.min_items.unwrap_or(1).max(1)].into()
        }
        Some(Kind::String) | None if type_.properties.is_empty() => text(type_).into(),
        _ => members(facts, type_, all, deep).into(),
    }
}

fn members(facts: &Facts, type_: &Type, all: bool, deep: usize) -> Map<String, Value> {
    let plain = |type_: &Type| !matches!(type_.kind, None | Some(Kind::Object | Kind::Array));
    let wanted = type_
        .properties
        .iter()
        .filter(|(name, it)| type_.requires(name) || all && plain(it) && !it.write_only);
    wanted.map(|(name, it)| (name.clone(), value(facts, it, all, deep))).collect()
}

/// Ids are digits; other texts are words.
fn text(type_: &Type) -> String {
    let digits = type_.pattern.as_deref().is_some_and(|it| it.contains(r"\d"));
    let text = if digits { "549755813599" } else { "text" };
    let text = text.repeat(type_.min_length.unwrap_or(0).div_ceil(text.len()).max(1));
    text.chars().take(type_.max_length.unwrap_or(usize::MAX)).collect()
}
