//! `catalog_item_batches.run`: hands in a batch of catalog items, waits for it, and emits what became
//! of each.

use connector_sdk::answer::partial;
use connector_sdk::answer::state::State;
use connector_sdk::catalog::Service;
use connector_sdk::flow::{Flow, FlowResult, answer_id};
use serde_json::{Value, json};

pub fn run(flow: &mut Flow) -> FlowResult<Value> {
    let service = flow.service();
    let input = flow.fitting("catalog_item_batches.create", flow.input())?;
    let id =
        flow.call_for("catalog_item_batches.create", input, |batch| batch["batch_id"].clone())?;
    let mut look = flow.fitting("catalog_item_batches.get", flow.input())?;
    look.insert("batch_id".to_owned(), answer_id(service, &id)?);
    let batch =
        flow.wait("Pinterest to process the items", "catalog_item_batches.get", look, |batch| {
            Ok(is_over(service, &batch["status"]).then_some(batch))
        })?;
    let body = flow.input().get("body").and_then(|body| body["items"].as_array());
    let body = body.or_else(|| flow.input().get("items").and_then(Value::as_array));
    let results = arranged(service, body.map_or(&[], Vec::as_slice), &batch);
    flow.emit(&results)?;
    let count = |name: &str| results.iter().filter(|result| result[name] == true).count();
    let done = count("ok");
    Ok(json!({
        "batch_id": id, "status": batch["status"], "items": results.len(),
        "failed": results.len() - done, "unknown": count("unknown"),
    }))
}

/// The results of a batch at their places in the input, and one for each input of which it says
/// nothing.
fn arranged(service: &Service, inputs: &[Value], batch: &Value) -> Vec<Value> {
    let mut found = batch["results"].as_array().cloned().unwrap_or_default();
    // What is said of the batch as a whole is said of each input.
    found.retain(|result| result.is_object() && (inputs.is_empty() || !result["data"].is_null()));
    let texts: Vec<_> = inputs.iter().map(partial::texts).collect();
    let matches = |result: &Value| texts.iter().any(|input| partial::fits(input, &result["data"]));
    let known = found.iter().any(matches);
    // Where no result names an input, those that are as many are in the same order.
    if !known && found.len() == inputs.len() {
        return found;
    }
    let mut results = Vec::new();
    let mut silent = Vec::new();
    for (index, input) in texts.iter().enumerate() {
        match found.iter().position(|result| partial::fits(input, &result["data"])) {
            Some(place) => results.push(at(Some(index), found.remove(place))),
            None => silent.push(index),
        }
    }
    // As many inputs as the results that are left may be told by them.
    let missing = silent.len().saturating_sub(found.len());
    let is_told = found.is_empty();
    results.extend(found.into_iter().map(|result| at(None, result)));
    for index in silent.into_iter().take(missing) {
        results.push(at(is_told.then_some(index), partial::silent(service, &batch["status"])));
    }
    results.sort_by_key(|result| result["index"].as_u64().unwrap_or(u64::MAX));
    results
}

fn at(index: Option<usize>, mut result: Value) -> Value {
    result["index"] = json!(index);
    result
}

/// Whether a job in this state is waited for no longer. What it has come to, the output says.
pub fn is_over(service: &Service, state: &Value) -> bool {
    state.as_str().is_none_or(|word| State::of(&service.states, word) != State::Waiting)
}
