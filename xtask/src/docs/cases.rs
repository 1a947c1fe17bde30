//! What an action answers with and a trigger tells, from the conformance cases.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use super::manifest::Example;

/// As many elements of a list are shown.
const ELEMENTS: usize = 2;
/// As many characters of a text are shown.
const CHARACTERS: usize = 80;
/// Objects and lists nested deeper are shown empty.
const DEPTH: usize = 4;

/// What came back (`output`, and `items` of a list) in the case whose input is one of the
/// examples, else in the one called `success`, else in the first where anything came back.
pub fn answer(folder: &Path, examples: &[Example]) -> Result<Option<Value>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(None) };
    let cases: Vec<_> = entries.map(|case| Ok(case?.path())).collect::<Result<_>>()?;
    let mut best = None;
    for case in cases.into_iter().filter(|case| case.join("output.json").exists()) {
        let input = read(&case.join("call.json"))?["input"].take();
        let answer = read(&case.join("output.json"))?;
        let exemplary = examples.iter().any(|example| example.input == input);
        let empty = answer["items"].is_null() && answer["output"].is_null();
        let rank = (!exemplary, !case.ends_with("success"), empty, case);
        if best.as_ref().is_none_or(|(least, _)| rank < *least) {
            best = Some((rank, answer));
        }
    }
    Ok(best.map(|(_, answer)| answer))
}

/// A poll that tells events.
pub struct Poll {
    pub config: Value,
    pub requests: Vec<Value>,
    /// An array.
    pub events: Value,
}

/// The first case of a trigger, by name, that goes on from a cursor and tells events; else the
/// first that tells any.
pub fn poll(folder: &Path) -> Result<Option<Poll>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(None) };
    let cases: Vec<_> = entries.map(|case| Ok(case?.path())).collect::<Result<_>>()?;
    let mut best = None;
    for case in cases.into_iter().filter(|case| case.join("output.json").exists()) {
        let mut call = read(&case.join("call.json"))?;
        let events = read(&case.join("output.json"))?["items"].take();
        let rank = (call["cursor"].is_null(), case);
        if events.is_array() && best.as_ref().is_none_or(|(least, _)| rank < *least) {
            let requests = read(&rank.1.join("requests.json"))?;
            let requests = requests.as_array().cloned().unwrap_or_default();
            best = Some((rank, Poll { config: call["input"].take(), requests, events }));
        }
    }
    Ok(best.map(|(_, poll)| poll))
}

fn read(file: &Path) -> Result<Value> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    serde_json::from_slice(&bytes).with_context(|| format!("{} is not JSON", file.display()))
}

/// The value, small enough to read.
pub fn shortened(value: &Value) -> Value {
    shorten(value, 0)
}

fn shorten(value: &Value, depth: usize) -> Value {
    match value {
        Value::String(text) if text.chars().count() > CHARACTERS => {
            text.chars().take(CHARACTERS).chain(['…']).collect::<String>().into()
        }
        Value::Array(_) if depth == DEPTH => json!([]),
        Value::Object(_) if depth == DEPTH => json!({}),
        Value::Array(list) => {
            list.iter().take(ELEMENTS).map(|item| shorten(item, depth + 1)).collect()
        }
        Value::Object(fields) => {
            let fields = fields.iter().map(|(name, it)| (name.clone(), shorten(it, depth + 1)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
        other => other.clone(),
    }
}
