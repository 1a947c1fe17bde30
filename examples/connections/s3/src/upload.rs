//! A file as an object: a small one in one request, a large one in parts.

use connector_sdk::contract::{Body, Error, Header, Piece, Request, Slice};
use connector_sdk::error::unexpected;
use connector_sdk::flow::{Answer, Flow, FlowResult};
use serde_json::{Map, Value, json};

use crate::xml;

/// Bytes of the smallest part that S3 takes, but for the last one.
const SMALLEST: u64 = 5 << 20;
/// The largest number of parts.
const PARTS: u64 = 10_000;

/// The file, and what it becomes.
struct Upload {
    blob: String,
    size: u64,
    content_type: String,
    /// The bucket and the key.
    object: Map<String, Value>,
}

pub fn put(flow: &mut Flow) -> FlowResult<Value> {
    let blob = flow.text("file").to_owned();
    let upload = Upload {
        size: flow.file_size("file", &blob)?,
        blob,
        content_type: match flow.text("content_type") {
            "" => "application/octet-stream".to_owned(),
            given => given.to_owned(),
        },
        object: flow.given(&["bucket", "key"]),
    };
    let tag = match upload.size {
        0..=SMALLEST => whole(flow, &upload)?,
        _ => in_parts(flow, &upload)?,
    };
    let mut stored = upload.object;
    stored.insert("size".to_owned(), upload.size.into());
    stored.insert("etag".to_owned(), tag.trim_matches('"').into());
    Ok(stored.into())
}

fn whole(flow: &mut Flow, upload: &Upload) -> FlowResult<String> {
    let complete = |request: &mut Request| {
        typed(request, &upload.content_type);
        request.body = Body::Pieces(vec![Piece::Blob(upload.blob.clone())]);
    };
    let tag = flow.attempt_raw("objects.put_whole", upload.object.clone(), &complete, &tag)??;
    Ok(tag.as_str().unwrap_or_default().to_owned())
}

/// Of an upload that comes to nothing S3 keeps the parts, at a price, until somebody drops them.
fn in_parts(flow: &mut Flow, upload: &Upload) -> FlowResult<String> {
    let mut input = upload.object.clone();
    input.insert("uploads".to_owned(), "".into());
    let complete = |request: &mut Request| typed(request, &upload.content_type);
    let begun = flow.attempt_raw("uploads.create", input, &complete, &|answer| {
        Ok(xml::read::<xml::Begun>(answer.text())?.upload_id.into())
    })??;
    let mut part = upload.object.clone();
    part.insert("uploadId".to_owned(), begun);
    match sent(flow, upload, &part)? {
        Ok(tag) => Ok(tag),
        Err(error) => {
            // The error that counts is the first one.
            let _ = flow.attempt_raw("uploads.abort", part, &|_| {}, &|_| Ok(Value::Null))?;
            Err(error.into())
        }
    }
}

/// Sends the parts and puts them together. `upload_of` names the upload.
fn sent(
    flow: &mut Flow,
    upload: &Upload,
    upload_of: &Map<String, Value>,
) -> FlowResult<Result<String, Error>> {
    let length = SMALLEST.max(upload.size.div_ceil(PARTS));
    let mut tags = Vec::new();
    for offset in (0..upload.size).step_by(length as usize) {
        let length = length.min(upload.size - offset);
        let mut input = upload_of.clone();
        input.insert("partNumber".to_owned(), json!(tags.len() + 1));
        let complete = |request: &mut Request| {
            let slice = Slice { blob: upload.blob.clone(), offset, length };
            request.body = Body::Pieces(vec![Piece::Slice(slice)]);
        };
        match flow.attempt_raw("uploads.put_part", input, &complete, &tag)? {
            Ok(tag) => tags.push(tag.as_str().unwrap_or_default().to_owned()),
            Err(error) => return Ok(Err(error)),
        }
    }
    let complete = |request: &mut Request| {
        typed(request, "application/xml");
        request.body = Body::Bytes(xml::parts(&tags).into_bytes());
    };
    let done = |answer: &Answer| Ok(xml::completed(answer.text())?.into());
    let done = flow.attempt_raw("uploads.complete", upload_of.clone(), &complete, &done)?;
    Ok(done.map(|tag| tag.as_str().unwrap_or_default().to_owned()))
}

fn typed(request: &mut Request, content_type: &str) {
    let (name, value) = ("content-type".to_owned(), content_type.to_owned());
    request.headers.push(Header { name, value });
}

/// What S3 calls the content of an object or of a part.
fn tag(answer: &Answer) -> Result<Value, Error> {
    let lacking = || unexpected("invalid-answer", "S3's answer has no etag");
    Ok(answer.header("etag").ok_or_else(lacking)?.into())
}
