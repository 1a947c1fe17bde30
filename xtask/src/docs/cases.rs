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
    let mut best = None;
    for (name, mut case) in successes(folder)? {
        let exemplary = examples.iter().any(|example| example.input == case["call"]["input"]);
        let empty = case["items"].is_null() && case["output"].is_null();
        let rank = (!exemplary, name != "success", empty, name);
        if best.as_ref().is_none_or(|(least, _)| rank < *least) {
            let came = ["items", "output", "cursor"];
            let came = came.into_iter().filter_map(|key| Some((key, case.get_mut(key)?.take())));
            let answer = came.map(|(key, value)| (key.to_owned(), value)).collect();
            best = Some((rank, Value::Object(answer)));
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
    let mut best = None;
    for (name, mut case) in successes(folder)? {
        let rank = (case["call"]["cursor"].is_null(), name);
        if case["items"].is_array() && best.as_ref().is_none_or(|(least, _)| rank < *least) {
            let exchanges = case["exchanges"].as_array_mut().into_iter().flatten();
            let requests = exchanges.map(|exchange| exchange["request"].take()).collect();
            let (config, events) = (case["call"]["input"].take(), case["items"].take());
            best = Some((rank, Poll { config, requests, events }));
        }
    }
    Ok(best.map(|(_, poll)| poll))
}

/// Names and contents of the cases in a folder that end well.
fn successes(folder: &Path) -> Result<Vec<(String, Value)>> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut cases = Vec::new();
    for entry in entries {
        let file = entry?.path();
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        let case: Value = serde_json::from_slice(&bytes)
            .with_context(|| format!("{} is not JSON", file.display()))?;
        if case.get("output").is_some() {
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            cases.push((name, case));
        }
    }
    Ok(cases)
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
