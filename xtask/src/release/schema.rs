//! Schemas against those of the last release. What goes in may become wider, what comes out narrower or larger:
//! an input that was right stays right, and what was read in an output is still there.

use std::collections::BTreeSet;

use serde_json::Value;

use super::change::Change;

/// Which way values go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Input,
    Output,
}

/// Adds what changed between two schemas, under the path of the field.
pub fn compare(path: &str, before: &Value, now: &Value, side: Side, changes: &mut Vec<Change>) {
    if before == now {
        return;
    }
    let mut breaks = |what: String| changes.push(Change::breaking(format!("`{path}` {what}")));
    let (old, new) = (types(before), types(now));
    // An output without a type may be anything, which nobody could rely on.
    let (lost, is_open) = match side {
        Side::Input => (old.difference(&new).next(), new.is_empty()),
        Side::Output => (new.difference(&old).next(), old.is_empty()),
    };
    match (lost, side) {
        (Some(kind), Side::Input) if !is_open => breaks(format!("does not take {kind} any more")),
        (Some(kind), Side::Output) if !is_open => breaks(format!("may be {kind} now")),
        _ => {}
    }
    if side == Side::Input {
        for value in options(before) {
            if now["enum"].is_array() && !options(now).contains(&value) {
                breaks(format!("does not take {value} any more"));
            }
        }
        if before["enum"].is_null() && now["enum"].is_array() {
            breaks("takes only some values now".into());
        }
        for (limit, is_upper) in LIMITS {
            if is_tighter(&before[limit], &now[limit], *is_upper) {
                breaks(format!("has a tighter {limit}: {}", now[limit]));
            }
        }
    }
    properties(path, before, now, side, changes);
    let inner = [("items", "[]"), ("additionalProperties", ".*")];
    for (key, mark) in inner {
        if before[key].is_object() && now[key].is_object() {
            compare(&format!("{path}{mark}"), &before[key], &now[key], side, changes);
        }
    }
    variants(path, before, now, side, changes);
}

/// Limits, and whether more of them allows more.
const LIMITS: &[(&str, bool)] = &[
    ("maxLength", true),
    ("maximum", true),
    ("maxItems", true),
    ("minLength", false),
    ("minimum", false),
    ("minItems", false),
];

fn is_tighter(before: &Value, now: &Value, is_upper: bool) -> bool {
    match (before.as_f64(), now.as_f64()) {
        (_, None) => false,
        // A lower limit that is what there was anyway.
        (None, Some(now)) => is_upper || now > 0.0,
        (Some(before), Some(now)) if is_upper => now < before,
        (Some(before), Some(now)) => now > before,
    }
}

fn properties(path: &str, before: &Value, now: &Value, side: Side, changes: &mut Vec<Change>) {
    let of = |value: &Value| value["properties"].as_object().cloned().unwrap_or_default();
    let (old, new) = (of(before), of(now));
    let required = |value: &Value| -> BTreeSet<String> {
        let all = value["required"].as_array().into_iter().flatten();
        all.filter_map(|it| it.as_str().map(str::to_owned)).collect()
    };
    for (name, schema) in &old {
        match new.get(name) {
            Some(other) => compare(&format!("{path}.{name}"), schema, other, side, changes),
            None => changes.push(Change::breaking(format!("`{path}.{name}` is gone"))),
        }
    }
    for name in new.keys().filter(|name| !old.contains_key(*name)) {
        changes.push(Change::added(format!("`{path}.{name}`")));
    }
    let (asked, said) = match side {
        Side::Input => (required(now), required(before)),
        Side::Output => (required(before), required(now)),
    };
    for name in asked.difference(&said) {
        changes.push(Change::breaking(match side {
            Side::Input => format!("`{path}.{name}` is required now"),
            Side::Output => format!("`{path}.{name}` is not always there any more"),
        }));
    }
}

/// Of variants each that was there must fit one that is there.
fn variants(path: &str, before: &Value, now: &Value, side: Side, changes: &mut Vec<Change>) {
    for key in ["oneOf", "anyOf"] {
        let Some(old) = before[key].as_array() else { continue };
        let new = now[key].as_array().cloned().unwrap_or_default();
        for (at, variant) in old.iter().enumerate() {
            let fits = new.iter().any(|other| {
                let mut found = Vec::new();
                compare(path, variant, other, side, &mut found);
                !found.iter().any(|it| it.is_breaking)
            });
            if !fits {
                let title = variant["title"].as_str().map_or_else(|| at.to_string(), str::to_owned);
                changes.push(Change::breaking(format!(
                    "`{path}` lost or changed its variant {title}"
                )));
            }
        }
        if new.len() > old.len() {
            changes.push(Change::added(format!("`{path}` has more variants")));
        }
    }
}

fn options(schema: &Value) -> Vec<&Value> {
    schema["enum"].as_array().into_iter().flatten().collect()
}

/// The types by name; what takes any number takes whole ones.
fn types(schema: &Value) -> BTreeSet<&str> {
    let mut all = match &schema["type"] {
        Value::String(one) => vec![one.as_str()],
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if all.contains(&"number") {
        all.push("integer");
    }
    all.into_iter().collect()
}
