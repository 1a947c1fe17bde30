//! Work that Pinterest does by itself once it was given: batches of catalog items, the ingestion of
//! a feed, and uploads of customer lists. Each is begun, waited for, and reported.

use serde_json::{Value, json};

use super::place::fitting;
use crate::answer::partial;
use crate::answer::state::State;
use crate::contract::Error;
use crate::error::unexpected;
use crate::flow::{Arrival, Flow, Part, job_state};

/// `catalog_item_batches.run`: emits what became of each item.
pub fn items(flow: &mut Flow) -> Part<Value> {
    let input = fitting("catalog_item_batches.create", &flow.input)?;
    let id =
        flow.call_for("catalog_item_batches.create", input, |batch| batch["batch_id"].clone())?;
    let mut look = fitting("catalog_item_batches.get", &flow.input)?;
    look.insert("batch_id".to_owned(), named(&id)?);
    let batch =
        flow.wait("Pinterest to process the items", "catalog_item_batches.get", look, |batch| {
            Ok(is_over(&batch["status"]).then_some(batch))
        })?;
    let body = flow.input.get("body").and_then(|body| body["items"].as_array());
    let body = body.or_else(|| flow.input.get("items").and_then(Value::as_array));
    let results = arranged(body.map_or(&[], Vec::as_slice), &batch);
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
fn arranged(inputs: &[Value], batch: &Value) -> Vec<Value> {
    let mut found = batch["results"].as_array().cloned().unwrap_or_default();
    // What is said of the batch as a whole is said of each input.
    found.retain(|result| inputs.is_empty() || !result["data"].is_null());
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
        results.push(at(is_told.then_some(index), partial::silent(&batch["status"])));
    }
    results.sort_by_key(|result| result["index"].as_u64().unwrap_or(u64::MAX));
    results
}

fn at(index: Option<usize>, mut result: Value) -> Value {
    result["index"] = json!(index);
    result
}

/// `catalog_feed_ingestions.run`: the processing result of the ingestion.
pub fn feed(flow: &mut Flow) -> Part<Value> {
    let input = fitting("catalog_feeds.ingest", &flow.input)?;
    let id = flow.call_for("catalog_feeds.ingest", input, |begun| begun["id"].clone())?;
    let id = named(&id)?;
    let mut look = fitting("catalog_feed_results.list", &flow.input)?;
    // A feed that is ingested every day has more results than a page of the usual size.
    look.insert("page_size".to_owned(), 250.into());
    flow.wait("Pinterest to process the feed", "catalog_feed_results.list", look, |page| {
        let results = page["items"].as_array().map_or(&[][..], Vec::as_slice);
        let is_own = |result: &&Value| named(&result["id"]).is_ok_and(|own| own == id);
        let own = results.iter().find(is_own);
        Ok(own.filter(|result| is_over(&result["status"])).cloned())
    })
}

/// Whether a job in this state is waited for no longer. What it has come to, the output says.
fn is_over(state: &Value) -> bool {
    state.as_str().is_none_or(|word| State::of(word) != State::Waiting)
}

/// `customer_list_uploads.send`: each file is one part of the list.
pub fn customers(flow: &mut Flow) -> Part<Value> {
    let files = flow.input.get("files").and_then(Value::as_array).cloned().unwrap_or_default();
    let id = match parts(flow, &files)? {
        Ok(id) => id,
        // The addresses have expired: a new upload has new ones.
        Err(_) => parts(flow, &files)??,
    };
    let mut look = fitting("customer_list_uploads.get", &flow.input)?;
    look.insert("customer_list_upload_id".to_owned(), id);
    flow.call_for("customer_list_uploads.run", look.clone(), |_| Value::Null)?;
    flow.wait("Pinterest to match the customers", "customer_list_uploads.get", look, |upload| {
        Ok(job_state(&upload["state"], &upload).transpose()?.map(|()| upload))
    })
}

/// Begins an upload and sends its parts. Gives its id.
fn parts(flow: &mut Flow, files: &[Value]) -> Part<Result<Value, Error>> {
    let mut input = fitting("customer_list_uploads.create", &flow.input)?;
    input.insert("total_parts".to_owned(), files.len().into());
    let upload = flow.call("customer_list_uploads.create", input)?;
    let id = named(&upload["customer_list_upload"]["id"])?;
    let parts = &upload["s3_multipart_upload_data"]["file_parts"];
    for (index, file) in files.iter().enumerate() {
        let url = parts[index]["presigned_url"].as_str().ok_or_else(|| {
            let message = format!("Pinterest gave no address for part {}", index + 1);
            unexpected("invalid-answer", message)
        })?;
        if let Arrival::Expired(error) = flow.put(url, file.as_str().unwrap_or_default())? {
            return Ok(Err(error));
        }
    }
    Ok(Ok(id))
}

/// What a thing is known by, as a text: the description calls it a number or a text.
pub fn named(id: &Value) -> Result<Value, Error> {
    match id {
        Value::String(name) if !name.trim().is_empty() => Ok(id.clone()),
        Value::Number(number) => Ok(number.to_string().into()),
        _ => Err(unexpected(
            "invalid-answer",
            "Pinterest's answer lacks the id that the next step needs",
        )),
    }
}
