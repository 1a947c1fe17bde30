//! Writes the first conformance cases of each action that has none: `success` and `refused`, each
//! with its call and what is answered. What the connector makes of them is written by its own
//! tests with `UPDATE_EXPECT=1`.
//!
//! `seed-cases [folder]`, by default the repository's `tests/cases`.

#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use connector_oracle::description::{Description, Operation};
use connector_oracle::engine::{Engine, Native};
use connector_oracle::flat::flat;
use connector_oracle::specimen::Specimen;
use pinterest_connector::contract::actions::Shape;
use serde_json::{Value, json};

fn main() -> Result<()> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cases");
    let root = std::env::args_os().nth(1).map_or_else(beside, PathBuf::from);
    let description = Description::find().context("answers are made from the description")?;
    let operations = description.operations();
    for action in Native.list() {
        let operation = operations
            .iter()
            .find(|operation| Some(operation.id) == action.operation_id.as_deref());
        let (folder, Some(operation)) = (root.join(&action.id), operation) else { continue };
        if folder.exists() {
            continue;
        }
        let described = Native.describe(&action.id);
        let Some(example) = described.examples.first() else {
            eprintln!("{} has no example to make cases of", action.id);
            continue;
        };
        let input: Value = serde_json::from_str(&example.input)?;
        let seed = action
            .id
            .bytes()
            .fold(7, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(byte.into()));
        let mut specimen = Specimen::new(&description, seed, &input);
        let call = json!({ "do": "action", "id": action.id, "input": input });
        let is_list = action.shape == Shape::Items;
        let answers = success(&description, operation, is_list, &mut specimen);
        write_case(&folder, &call, &answers)?;
        add_row(&root, &action.id, call, refusal(operation))?;
    }
    Ok(())
}

fn success(
    description: &Description,
    operation: &Operation,
    is_list: bool,
    specimen: &mut Specimen,
) -> Vec<Value> {
    let (status, schema) = operation.success();
    let Some(schema) = schema else { return vec![answer(status, None)] };
    let mut body = specimen.value("", schema, 0);
    let pages = is_list && flat(description, schema)["properties"].get("bookmark").is_some();
    if !pages {
        return vec![answer(status, Some(body))];
    }
    let mut last = specimen.value("", schema, 0);
    body["bookmark"] = "bm2".into();
    last["bookmark"] = Value::Null;
    vec![answer(status, Some(body)), answer(status, Some(last))]
}

/// A documented refusal: what is named in the path is not there, if anything is.
fn refusal(operation: &Operation) -> Value {
    let names_a_thing = operation.path.ends_with('}');
    let wanted = if names_a_thing { [404, 403, 401, 429] } else { [403, 401, 429, 404] };
    let status = wanted.into_iter().find(|status| operation.refusals.contains(status));
    let status = status.unwrap_or(500);
    let (code, message) = match status {
        404 => (70, "Nothing has this id."),
        403 => (3, "The token lacks a scope."),
        401 => (2, "Authentication failed."),
        429 => (8, "Too many calls."),
        _ => (12, "Something went wrong."),
    };
    answer(status, Some(json!({ "code": code, "message": message })))
}

fn answer(status: u16, body: Option<Value>) -> Value {
    let mut answer = json!({
        "status": status,
        "headers": { "content-type": "application/json", "x-pinterest-rid": "1234567890123456" },
    });
    match body {
        Some(body) => answer["body"] = body,
        None => answer["headers"] = json!({ "x-pinterest-rid": "1234567890123456" }),
    }
    answer
}

fn write_case(folder: &Path, call: &Value, answers: &[Value]) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let exchanges: Vec<_> = answers.iter().map(|answer| json!({ "response": answer })).collect();
    write(&folder.join("success.json"), &json!({ "call": call, "exchanges": exchanges }))
}

/// Adds a refusal to the table of those that are answered so. What error it is, nobody knows yet.
fn add_row(root: &Path, action: &str, call: Value, answer: Value) -> Result<()> {
    let message = answer["body"]["message"].as_str().unwrap_or_default().to_lowercase();
    let path = root.join(message.trim_end_matches('.').replace(' ', "-")).with_extension("json");
    let mut table = match fs::read(&path) {
        Ok(bytes) => serde_json::from_slice(&bytes)?,
        Err(_) => json!({ "response": answer, "refusals": [] }),
    };
    ensure!(table["response"] == answer, "{} has another answer", path.display());
    let refusals = table["refusals"].as_array_mut().context("a table has refusals")?;
    let row = json!({ "case": format!("{action}/refused"), "call": call });
    refusals.push(json!({ "error": null, "cases": [row] }));
    write(&path, &table)
}

fn write(path: &Path, value: &Value) -> Result<()> {
    fs::write(path, serde_json::to_string_pretty(value)? + "\n")
        .with_context(|| format!("cannot write {}", path.display()))
}
