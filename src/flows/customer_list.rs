//! `customer_list_uploads.send`: uploads a customer list, each file one part of it, and waits until its
//! customers are matched.

use connector_sdk::contract::Error;
use connector_sdk::error::unexpected;
use connector_sdk::flow::{Arrival, Flow, FlowResult, answer_id, job_state};
use serde_json::Value;

pub fn run(flow: &mut Flow) -> FlowResult<Value> {
    let service = flow.service();
    let files = flow.input().get("files").and_then(Value::as_array).cloned().unwrap_or_default();
    let id = match parts(flow, &files)? {
        Ok(id) => id,
        // The addresses have expired: a new upload has new ones.
        Err(_) => parts(flow, &files)??,
    };
    let mut look = flow.fitting("customer_list_uploads.get", flow.input())?;
    look.insert("customer_list_upload_id".to_owned(), id);
    flow.call_for("customer_list_uploads.run", look.clone(), |_| Value::Null)?;
    flow.wait("Pinterest to match the customers", "customer_list_uploads.get", look, |upload| {
        Ok(job_state(service, &upload["state"], &upload).transpose()?.map(|()| upload))
    })
}

/// Begins an upload and sends its parts. Gives its id.
fn parts(flow: &mut Flow, files: &[Value]) -> FlowResult<Result<Value, Error>> {
    let mut input = flow.fitting("customer_list_uploads.create", flow.input())?;
    input.insert("total_parts".to_owned(), files.len().into());
    let upload = flow.call("customer_list_uploads.create", input)?;
    let id = answer_id(flow.service(), &upload["customer_list_upload"]["id"])?;
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
