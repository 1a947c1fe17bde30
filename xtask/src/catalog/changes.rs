//! What differs between two facts, as data.
//!
//! Facts are compared as JSON by one walk that knows hardly any key by name: it leaves `schema` and
//! `properties` out of paths, writes `[]` for the elements of an array, and compares lists of named
//! things by name and all other lists as sets: an order alone is not a change.

use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt::{Display, Formatter, Result};

/// Keys that name the elements of a list.
const NAMES: [&str; 3] = ["name", "scheme", "$ref"];

/// One difference.
pub struct Change {
    /// Where it is, with dots; empty for the whole.
    pub path: String,
    /// The last step of the path.
    pub key: String,
    /// That step is a name which the description gives, such as that of a field, and no key of the facts.
    pub named: bool,
    /// What became of the value there.
    pub how: How,
}

/// What became of a value.
pub enum How {
    Added(Value),
    Removed(Value),
    Replaced {
        old: Value,
        new: Value,
    },
    /// A list that is compared as a set.
    Members {
        lost: Vec<Value>,
        gained: Vec<Value>,
    },
}

impl Display for Change {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}:", self.path)?;
        match &self.how {
            How::Added(new) => write!(f, " added {new}"),
            How::Removed(old) => write!(f, " removed {old}"),
            How::Replaced { old, new } => write!(f, " {old} -> {new}"),
            How::Members { lost, gained } => {
                lost.iter().try_for_each(|value| write!(f, " -{value}"))?;
                gained.iter().try_for_each(|value| write!(f, " +{value}"))
            }
        }
    }
}

/// All differences between two values, in the order of their paths.
pub fn changes(old: &Value, new: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    walk(At { path: "", key: "", named: false, names: false }, old, new, &mut changes);
    changes
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct At<'a> {
    path: &'a str,
    key: &'a str,
    named: bool,
    /// The keys of the objects here are names given by the description, not keys of the facts.
    names: bool,
}

impl At<'_> {
    fn change(self, how: How) -> Change {
        Change { path: self.path.to_owned(), key: self.key.to_owned(), named: self.named, how }
    }
}

fn walk(at: At, old: &Value, new: &Value, changes: &mut Vec<Change>) {
    match (old, new) {
        _ if old == new => {}
        (Value::Object(old), Value::Object(new)) => walk_object(at, old, new, changes),
        (Value::Array(before), Value::Array(after)) => match (keyed(before), keyed(after)) {
            (Some(old), Some(new)) => walk_object(At { names: true, ..at }, &old, &new, changes),
            _ => {
                let lacking = |these: &[Value], those: &[Value]| -> Vec<Value> {
                    these.iter().filter(|value| !those.contains(value)).cloned().collect()
                };
                let (lost, gained) = (lacking(before, after), lacking(after, before));
                if !lost.is_empty() || !gained.is_empty() {
                    changes.push(at.change(How::Members { lost, gained }));
                }
            }
        },
        _ => changes.push(at.change(How::Replaced { old: old.clone(), new: new.clone() })),
    }
}

fn walk_object(
    at: At,
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    changes: &mut Vec<Change>,
) {
    let At { path, names, .. } = at;
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let deeper = match &**key {
            "properties" | "schema" if !names => path.to_owned(),
            "items" if !names => format!("{path}[]"),
            _ if path.is_empty() => key.clone(),
            _ => format!("{path}.{key}"),
        };
        let here = At { path: &deeper, key, named: names, names: !names && key == "properties" };
        match (old.get(key), new.get(key)) {
            (Some(old), Some(new)) => walk(here, old, new, changes),
            (None, Some(new)) => changes.push(here.change(How::Added(new.clone()))),
            (Some(old), None) => changes.push(here.change(How::Removed(old.clone()))),
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
