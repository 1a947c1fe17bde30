//! What a case did, in the form in which cases are written.

use connector_host::Error;
use connector_host::contract::{
    Body, Cost, Error as ConnectorError, Part, PartContent, Piece, Range, Reply, Request, Response,
};
use serde_json::{Map, Value, json};

use super::blobs::Blobs;
use super::members;
use super::wire::{content, message};
use crate::case::Case;

/// What a case did.
pub(super) struct Played<'a> {
    blobs: Blobs,
    responses: std::slice::Iter<'a, Value>,
    requests: Vec<Value>,
    pub pages: usize,
    pub items: Option<Vec<Value>>,
    end: Map<String, Value>,
}

impl<'a> Played<'a> {
    pub fn of(case: &'a Case) -> Played<'a> {
        let (blobs, responses) = (Blobs::of(&case.call), case.responses.iter());
        Played { blobs, responses, requests: Vec::new(), pages: 0, items: None, end: Map::new() }
    }

    /// The reply to `send`: the case's next response, if there is one.
    pub fn sent(&mut self, request: &Request) -> Option<Reply> {
        self.requests.push(written(request));
        let response = self.responses.next()?;
        Some(match reply(response) {
            Reply::Response(response) if request.save && (200..300).contains(&response.status) => {
                self.blobs.save(response)
            }
            reply => reply,
        })
    }

    /// The reply to `read`.
    pub fn read(&self, range: &Range) -> Reply {
        self.blobs.read(range)
    }

    pub fn emitted(&mut self, items: &str) {
        self.pages += 1;
        let items: Vec<Value> = serde_json::from_str(items).unwrap_or_default();
        self.items.get_or_insert_default().extend(items);
    }

    pub fn done(mut self, output: &str, cursor: Option<String>) -> Self {
        let output: Value = serde_json::from_str(output).unwrap_or_default();
        let items = self.items.clone().map(Value::Array);
        let cursor = cursor.map(Value::from);
        self.end = members([("items", items), ("output", Some(output)), ("cursor", cursor)]);
        self
    }

    pub fn failed(mut self, error: &Error) -> Self {
        let error = match error {
            Error::Connector(error) => refusal(error),
            other => other.json(),
        };
        let items = self.items.clone().map(Value::Array);
        self.end = members([("items", items), ("error", Some(error))]);
        self
    }

    /// Of a call that answers at once.
    pub fn answered(mut self, answer: Result<Value, Error>) -> Self {
        match answer {
            Ok(output) => {
                self.end = members([("output", Some(output))]);
                self
            }
            Err(error) => self.failed(&error),
        }
    }

    /// What a call that ended well gave.
    pub fn output(&self) -> Option<&Value> {
        self.end.get("output")
    }

    /// Where it is not as it is written: what, what was expected, what came.
    pub fn differences(&self, case: &Case) -> Vec<(&'static str, String, String)> {
        let mut differences = Vec::new();
        for (expected, got) in case.requests.iter().zip(&self.requests) {
            if expected != got {
                differences.push(("requests", short(expected), short(got)));
            }
        }
        let (expected, got) = (case.responses.len(), self.requests.len());
        if expected != got {
            differences.push(("numbers of requests", expected.to_string(), got.to_string()));
        }
        if case.end != self.end {
            let of = |end: &Map<String, Value>| short(&Value::Object(end.clone()));
            differences.push(("ends", of(&case.end), of(&self.end)));
        }
        differences
    }
}

/// So much of a value as a sentence holds.
fn short(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(1000) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn written(request: &Request) -> Value {
    let body = match &request.body {
        Body::Empty => None,
        Body::Bytes(bytes) => Some(content(bytes)),
        Body::Multipart(parts) => {
            Some(json!({"parts": parts.iter().map(part).collect::<Vec<_>>()}))
        }
        Body::Pieces(pieces) => {
            Some(json!({"pieces": pieces.iter().map(piece).collect::<Vec<_>>()}))
        }
    };
    let headers: Map<_, _> =
        request.headers.iter().map(|it| (it.name.clone(), it.value.clone().into())).collect();
    let (quota, costs) = taken(&request.costs);
    let present = members([
        ("method", Some(request.method.word().into())),
        ("url", Some(request.url.clone().into())),
        ("headers", Some(Value::Object(headers))),
        ("body", body),
        ("credential", request.credential.clone().map(Value::from)),
        ("effect", Some(request.effect.word().into())),
        ("quota", quota.map(Value::from)),
        ("costs", costs),
        ("idempotency_header", request.idempotency_header.clone().map(Value::from)),
        ("save", request.save.then_some(Value::from(true))),
    ]);
    present.into()
}

/// One call of a quota is written as its name, all else as a list.
fn taken(costs: &[Cost]) -> (Option<String>, Option<Value>) {
    match costs {
        [] => (None, None),
        [Cost { quota, amount: 1 }] => (Some(quota.clone()), None),
        several => {
            let cost = |cost: &Cost| json!({"quota": cost.quota, "amount": cost.amount});
            (None, Some(several.iter().map(cost).collect()))
        }
    }
}

fn part(part: &Part) -> Value {
    let content = match &part.content {
        PartContent::Text(text) => ("text", Some(text.clone().into())),
        PartContent::Blob(blob) => ("blob", Some(blob.clone().into())),
    };
    let present = members([
        ("name", Some(part.name.clone().into())),
        ("filename", part.filename.clone().map(Value::from)),
        ("content_type", part.content_type.clone().map(Value::from)),
        content,
    ]);
    present.into()
}

fn piece(piece: &Piece) -> Value {
    match piece {
        Piece::Text(text) => json!({"text": text}),
        Piece::Blob(blob) => json!({"blob": blob}),
        Piece::BlobBase64(blob) => json!({"blob_base64": blob}),
        Piece::Slice(slice) => {
            json!({"slice": slice.blob, "offset": slice.offset, "length": slice.length})
        }
    }
}

/// The reply that a written response stands for.
fn reply(response: &Value) -> Reply {
    if let Some(cause) = response["undelivered"].as_str() {
        return Reply::Undelivered(cause.to_owned());
    }
    let (headers, body) = message(response);
    let status = response["status"].as_u64().and_then(|it| u16::try_from(it).ok());
    Reply::Response(Response { status: status.unwrap_or(200), headers, body })
}

/// An error with what is set of it.
fn refusal(error: &ConnectorError) -> Value {
    let fields: Vec<Value> = error
        .fields
        .iter()
        .map(|field| json!({"path": field.path, "message": field.message}))
        .collect();
    let details = error.details.as_ref().map(|text| match serde_json::from_str(text) {
        Ok(value) => value,
        Err(_) => Value::from(text.clone()),
    });
    let present = members([
        ("kind", Some(error.kind.word().into())),
        ("code", Some(error.code.clone().into())),
        ("message", Some(error.message.clone().into())),
        ("advice", error.advice.clone().map(Value::from)),
        ("fields", Some(fields.into())),
        ("status", error.status.map(Value::from)),
        ("request_id", error.request_id.clone().map(Value::from)),
        ("retry_after_ms", error.retry_after_ms.map(Value::from)),
        ("details", details),
    ]);
    present.into()
}
