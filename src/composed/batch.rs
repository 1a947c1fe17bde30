//! Work that Pinterest does by itself once it was given: batches of catalog items, the ingestion of
//! a feed, and uploads of customer lists. Each is begun, waited for, and reported.

use serde_json::{Value, json};

use super::place::fitting;
use crate::contract::{Error, ErrorKind};
use crate::error::{error, unexpected};
use crate::flow::{Flow, Part};

/// `catalog_item_batches.run`: emits what became of each item.
pub fn items(flow: &mut Flow) -> Part<Value> {
    let input = fitting("catalog_item_batches.create", &flow.input)?;
    let id =
        flow.call_for("catalog_item_batches.create", input, |batch| batch["batch_id"].clone())?;
    let mut look = fitting("catalog_item_batches.get", &flow.input)?;
    look.insert("batch_id".to_owned(), named(&id)?);
    let batch =
        flow.wait("Pinterest to process the items", "catalog_item_batches.get", look, |batch| {
            match batch["status"].as_str() {
                Some("COMPLETED" | "FAILED") => Ok(Some(batch)),
                _ => Ok(None),
            }
        })?;
    let listed = ["results", "items"].iter().find_map(|name| batch[*name].as_array());
    let items = listed.cloned().unwrap_or_default();
    flow.emit(&items)?;
    Ok(json!({ "batch_id": id, "status": batch["status"], "items": items.len() }))
}

/// `catalog_feed_ingestions.run`: the processing result of the ingestion.
pub fn feed(flow: &mut Flow) -> Part<Value> {
    let input = fitting("catalog_feeds.ingest", &flow.input)?;
    let id = flow.call_for("catalog_feeds.ingest", input, |begun| begun["id"].clone())?;
    let mut look = fitting("catalog_feed_results.list", &flow.input)?;
    // A feed that is ingested every day has more results than a page of the usual size.
    look.insert("page_size".to_owned(), 250.into());
    let result =
        flow.wait("Pinterest to process the feed", "catalog_feed_results.list", look, |page| {
            let results = page["items"].as_array().map_or(&[][..], Vec::as_slice);
            let own = results.iter().find(|result| result["id"] == id);
            let over =
                |result: &&Value| matches!(result["status"].as_str(), Some("COMPLETED" | "FAILED"));
            Ok(own.filter(over).cloned())
        })?;
    Ok(result)
}

/// `customer_list_uploads.send`: each file is one part of the list.
pub fn customers(flow: &mut Flow) -> Part<Value> {
    let files = flow.input.get("files").and_then(Value::as_array).cloned().unwrap_or_default();
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
        flow.put(url, file.as_str().unwrap_or_default())?;
    }
    let mut look = fitting("customer_list_uploads.get", &flow.input)?;
    look.insert("customer_list_upload_id".to_owned(), id);
    flow.call_for("customer_list_uploads.run", look.clone(), |_| Value::Null)?;
    flow.wait("Pinterest to match the customers", "customer_list_uploads.get", look, |upload| {
        match upload["state"].as_str() {
            Some("SUCCEEDED") => Ok(Some(upload)),
            Some("FAILED") => Err(failed(&upload).into()),
            _ => Ok(None),
        }
    })
}

/// What a job is known by, as a text: the description calls it a number or a text.
pub fn named(id: &Value) -> Part<Value> {
    match id {
        Value::String(_) => Ok(id.clone()),
        Value::Number(number) => Ok(number.to_string().into()),
        _ => Err(unexpected("invalid-answer", "Pinterest gave the job no name").into()),
    }
}

fn failed(upload: &Value) -> Error {
    let details = Some(upload.to_string());
    Error {
        details,
        ..error(ErrorKind::Rejected, "job-failed", "Pinterest could not use the list")
    }
}
