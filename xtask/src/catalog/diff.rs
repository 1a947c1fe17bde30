//! What a newer description changes, for a person to read.
//!
//! Facts are compared as JSON by one walk that knows hardly any key by name: it leaves `schema` and
//! `properties` out of paths, writes `[]` for the elements of an array, and compares lists of named
//! things by name and all other lists as sets: an order alone is not a change.

use super::facts::Facts;
use serde::Serialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Keys that name the elements of a list.
const NAMES: [&str; 3] = ["name", "scheme", "$ref"];

/// Added, removed and changed operations and types; `no changes` when there are none.
pub fn report(old: &Facts, new: &Facts) -> String {
    let mut report = String::new();
    let mut api = Vec::new();
    walk("", false, &json(&old.meta), &json(&new.meta), &mut api);
    section(&mut report, "api", &api);
    let operations = |facts: &Facts| -> Map<String, Value> {
        let operations = facts.operations.iter();
        operations.map(|(id, operation)| (id.clone(), json(&operation.facts))).collect()
    };
    let types = |facts: &Facts| -> Map<String, Value> {
        facts.types.iter().map(|(name, type_)| (name.clone(), json(type_))).collect()
    };
    group(&mut report, "operation", &operations(old), &operations(new));
    group(&mut report, "type", &types(old), &types(new));
    if report.is_empty() { "no changes\n".into() } else { report }
}

fn json(facts: &impl Serialize) -> Value {
    serde_json::to_value(facts).expect("facts are JSON")
}

fn group(report: &mut String, kind: &str, old: &Map<String, Value>, new: &Map<String, Value>) {
    let only = |here: &Map<String, Value>, there: &Map<String, Value>| -> Vec<String> {
        let missing = here.iter().filter(|(name, _)| !there.contains_key(*name));
        missing.map(|(name, value)| format!("{name}{}", address(value))).collect()
    };
    section(report, &format!("{kind}s added"), &only(new, old));
    section(report, &format!("{kind}s removed"), &only(old, new));
    for (name, before) in old {
        let mut changes = Vec::new();
        if let Some(after) = new.get(name) {
            walk("", false, before, after, &mut changes);
        }
        section(report, &format!("{kind} {name} changed"), &changes);
    }
}

fn section(report: &mut String, title: &str, lines: &[String]) {
    if !lines.is_empty() {
        writeln!(report, "{title}\n    {}\n", lines.join("\n    ")).expect("a string takes all");
    }
}

/// Method and path of an operation, nothing for a type.
fn address(value: &Value) -> String {
    let part = |key| value[key].as_str().map(|text| format!("  {text}"));
    part("method").into_iter().chain(part("path")).collect()
}

/// Compares two values at `path`. `named` says that the keys of these objects are names given by
/// the description, not keys of the facts.
fn walk(path: &str, named: bool, old: &Value, new: &Value, changes: &mut Vec<String>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => walk_object(path, named, old, new, changes),
        (Value::Array(before), Value::Array(after)) => match (keyed(before), keyed(after)) {
            (Some(old), Some(new)) => walk_object(path, true, &old, &new, changes),
            _ => {
                let lost = before.iter().filter(|value| !after.contains(value));
                let gained = after.iter().filter(|value| !before.contains(value));
                let lost = lost.map(|value| format!(" -{value}"));
                let signed: String = lost.chain(gained.map(|value| format!(" +{value}"))).collect();
                if !signed.is_empty() {
                    changes.push(format!("{path}:{signed}"));
                }
            }
        },
        _ => changes.push(format!("{path}: {old} -> {new}")),
    }
}

fn walk_object(
    path: &str,
    named: bool,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    changes: &mut Vec<String>,
) {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let deeper = match &**key {
            "properties" | "schema" if !named => path.to_owned(),
            "items" if !named => format!("{path}[]"),
            _ if path.is_empty() => key.clone(),
            _ => format!("{path}.{key}"),
        };
        match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) => {
                walk(&deeper, !named && key == "properties", old, new, changes);
            }
            (None, Some(new)) => changes.push(format!("{deeper}: added {new}")),
            (Some(old), None) => changes.push(format!("{deeper}: removed {old}")),
            (None, None) => {}
        }
    }
}

/// The list as an object by what its elements are called, if all of them have a name.
fn keyed(list: &[Value]) -> Option<Map<String, Value>> {
    let named = |element: &Value| {
        let name = NAMES.iter().find_map(|key| element[key].as_str())?;
        Some((name.to_owned(), element.clone()))
    };
    list.iter().map(named).collect()
}
