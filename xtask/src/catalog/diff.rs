//! What a newer description changes, for a person to read.

use super::changes::changes;
use super::facts::Facts;
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt::Write;

/// The report on facts that are the same.
pub const NONE: &str = "no changes\n";

/// Added, removed and changed operations and types; [`NONE`] when there are none.
pub fn report(old: &Facts, new: &Facts) -> String {
    let mut report = String::new();
    section(&mut report, "api", &lines(&json(&old.meta), &json(&new.meta)));
    let operations = |facts: &Facts| -> Map<String, Value> {
        let operations = facts.operations.iter();
        operations.map(|(id, operation)| (id.clone(), json(&operation.facts))).collect()
    };
    let types = |facts: &Facts| -> Map<String, Value> {
        facts.types.iter().map(|(name, type_)| (name.clone(), json(type_))).collect()
    };
    group(&mut report, "operation", &operations(old), &operations(new));
    group(&mut report, "type", &types(old), &types(new));
    if report.is_empty() { NONE.into() } else { report }
}

/// Facts as the JSON that they are written as.
pub fn json(facts: &impl Serialize) -> Value {
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
        let changed = new.get(name).map(|after| lines(before, after)).unwrap_or_default();
        section(report, &format!("{kind} {name} changed"), &changed);
    }
}

fn lines(old: &Value, new: &Value) -> Vec<String> {
    changes(old, new).iter().map(ToString::to_string).collect()
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
