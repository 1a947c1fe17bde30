//! The conformance cases, and the contract's values in their JSON form.

mod blobs;
mod place;

use pinterest_connector::contract::webhooks::{Acknowledgement, Delivery};
use pinterest_connector::contract::{
    Body, Context, Cost, Error, Header, Method, Outcome, Part, PartContent, Piece, Range, Reply,
    Request, Response,
};
use serde_json::{Map, Value, json};

use self::blobs::Blobs;
pub use self::place::Case;

/// When the call of a case begins that does not say so.
const NOW: &str = "2026-01-31T12:00:00Z";
/// Where a delivery of a case comes to that does not say so.
const ADDRESS: &str = "https://host.example/hook";

/// What a case did.
pub struct Played<'a> {
    blobs: Blobs,
    responses: std::slice::Iter<'a, Value>,
    requests: Vec<Value>,
    items: Option<Vec<Value>>,
    end: Option<Map<String, Value>>,
}

impl<'a> Played<'a> {
    pub fn of(case: &'a Case) -> Played<'a> {
        let (blobs, responses) = (Blobs::of(&case.call), case.responses.iter());
        Played { blobs, responses, requests: Vec::new(), items: None, end: None }
    }

    /// The reply to `send`: the case's next response.
    pub fn sent(&mut self, request: &Request) -> Reply {
        let body = match &request.body {
            Body::Empty => None,
            Body::Bytes(bytes) => Some(content(bytes)),
            Body::Multipart(parts) => {
                Some(json!({ "parts": parts.iter().map(part).collect::<Vec<_>>() }))
            }
            Body::Pieces(pieces) => {
                Some(json!({ "pieces": pieces.iter().map(piece).collect::<Vec<_>>() }))
            }
        };
        let headers: Map<_, _> =
            request.headers.iter().map(|h| (h.name.clone(), h.value.clone().into())).collect();
        let (quota, costs) = taken(&request.costs);
        self.requests.push(object([
            ("method", Some(method(&request.method))),
            ("url", Some(request.url.clone().into())),
            ("headers", Some(Value::Object(headers))),
            ("body", body),
            ("credential", request.credential.clone().map(Value::from)),
            ("effect", Some(word(&request.effect))),
            ("quota", quota.map(Value::from)),
            ("costs", costs),
            ("idempotency_header", request.idempotency_header.clone().map(Value::from)),
            ("save", request.save.then_some(Value::from(true))),
        ]));
        let response = self.responses.next();
        let response = response.unwrap_or_else(|| panic!("a response is missing: {}", request.url));
        match reply(response) {
            Reply::Response(response) if request.save && (200..300).contains(&response.status) => {
                self.blobs.save(response)
            }
            reply => reply,
        }
    }

    /// The reply to `read`.
    pub fn looked(&self, range: &Range) -> Reply {
        self.blobs.read(range)
    }

    pub fn emitted(&mut self, items: &str, count: u32) {
        let items: Vec<Value> = serde_json::from_str(items).expect("a page holds a JSON array");
        assert_eq!(items.len(), count as usize, "a page says how many items it holds");
        self.items.get_or_insert_default().extend(items);
    }

    /// Of a call that answers at once.
    pub fn answered(mut self, output: Value) -> Self {
        self.end = Some(members([("output", Some(output))]));
        self
    }

    pub fn done(mut self, outcome: Outcome) -> Self {
        let output: Value = serde_json::from_str(&outcome.output).expect("an output is JSON");
        let items = self.items.take().map(Value::Array);
        let cursor = outcome.cursor.map(Value::from);
        self.end = Some(members([("items", items), ("output", Some(output)), ("cursor", cursor)]));
        self
    }

    pub fn failed(mut self, error: Error) -> Self {
        let fields: Vec<_> =
            error.fields.iter().map(|f| json!({ "path": f.path, "message": f.message })).collect();
        let details =
            error.details.map(|details| serde_json::from_str(&details).expect("details are JSON"));
        let items = self.items.take().map(Value::Array);
        let error = object([
            ("kind", Some(word(&error.kind))),
            ("code", Some(error.code.into())),
            ("message", Some(error.message.into())),
            ("advice", error.advice.map(Value::from)),
            ("fields", Some(Value::Array(fields))),
            ("status", error.status.map(Value::from)),
            ("request_id", error.request_id.map(Value::from)),
            ("retry_after_ms", error.retry_after_ms.map(Value::from)),
            ("details", details),
        ]);
        self.end = Some(members([("items", items), ("error", Some(error))]));
        self
    }
}

/// What the host knows about the call of a case: `now` and `wanted` are the case's, and its name is
/// always the same.
pub fn context(call: &Value) -> Context {
    Context {
        call: "case".to_owned(),
        now: call["now"].as_str().unwrap_or(NOW).to_owned(),
        locale: None,
        wanted: call["wanted"].as_u64(),
        extensions: Vec::new(),
    }
}

/// As HTTP writes it: `GET`.
fn method(method: &Method) -> Value {
    match method {
        Method::Other(word) => word.clone().into(),
        known => word(known).to_string().trim_matches('"').to_uppercase().into(),
    }
}

/// What a request takes: one call of a quota is written as its name, all else as a list.
fn taken(costs: &[Cost]) -> (Option<String>, Option<Value>) {
    match costs {
        [] => (None, None),
        [Cost { quota, amount: 1 }] => (Some(quota.clone()), None),
        several => {
            let cost = |cost: &Cost| json!({ "quota": cost.quota, "amount": cost.amount });
            (None, Some(several.iter().map(cost).collect()))
        }
    }
}

fn part(part: &Part) -> Value {
    let content = match &part.content {
        PartContent::Text(text) => ("text", Some(text.clone().into())),
        PartContent::Blob(blob) => ("blob", Some(blob.clone().into())),
    };
    object([
        ("name", Some(part.name.clone().into())),
        ("filename", part.filename.clone().map(Value::from)),
        ("content_type", part.content_type.clone().map(Value::from)),
        content,
    ])
}

fn piece(piece: &Piece) -> Value {
    match piece {
        Piece::Text(text) => json!({ "text": text }),
        Piece::Blob(blob) => json!({ "blob": blob }),
        Piece::BlobBase64(blob) => json!({ "blob_base64": blob }),
        Piece::Slice(slice) => {
            let (blob, offset, length) = (&slice.blob, slice.offset, slice.length);
            json!({ "slice": { "blob": blob, "offset": offset, "length": length } })
        }
    }
}

/// The reply that the `response` of an exchange stands for.
fn reply(response: &Value) -> Reply {
    if let Some(cause) = response["undelivered"].as_str() {
        return Reply::Undelivered(cause.to_owned());
    }
    let (headers, body) = message(response);
    let status = response["status"].as_u64().expect("a status") as u16;
    Reply::Response(Response { status, headers, body })
}

/// Headers and body of what the service says, in an answer or by itself:
/// `{"headers": {…}, "body" (JSON), "text" or "base64": …}`
pub fn message(written: &Value) -> (Vec<Header>, Vec<u8>) {
    let header = |(name, value): (&String, &Value)| Header {
        name: name.clone(),
        value: value.as_str().expect("a header is a text").to_owned(),
    };
    let body = written
        .get("body")
        .map_or_else(|| blobs::content(written), |body| body.to_string().into_bytes());
    (written["headers"].as_object().into_iter().flatten().map(header).collect(), body)
}

/// What the service sends by itself: `POST` to the address of the case, unless it says otherwise.
pub fn delivery(written: &Value) -> Delivery {
    let (headers, body) = message(written);
    let method = match written["method"].as_str() {
        None | Some("POST") => Method::Post,
        Some("GET") => Method::Get,
        Some("HEAD") => Method::Head,
        Some("PUT") => Method::Put,
        Some("PATCH") => Method::Patch,
        Some("DELETE") => Method::Delete,
        Some(other) => Method::Other(other.to_owned()),
    };
    let url = written["url"].as_str().unwrap_or(ADDRESS).to_owned();
    Delivery { method, url, headers, body }
}

/// What the host keeps of a subscription, as JSON text.
pub fn subscription(call: &Value) -> String {
    call.get("subscription").map_or("{}".to_owned(), Value::to_string)
}

/// The output of a case that acknowledges a delivery.
pub fn acknowledged(answer: Acknowledgement) -> Value {
    let header = |it: Header| (it.name, Value::from(it.value));
    let headers: Map<_, _> = answer.headers.into_iter().map(header).collect();
    let subscription = answer.subscription.map(|it| serde_json::from_str(&it).expect("it is JSON"));
    object([
        ("status", Some(answer.status.into())),
        ("headers", Some(headers.into())),
        ("body", Some(String::from_utf8_lossy(&answer.body).into())),
        ("last", Some(answer.last.into())),
        ("subscription", subscription),
    ])
}

/// A body as cases write it: JSON, or what is none as `text`.
fn content(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| json!({ "text": String::from_utf8_lossy(bytes) }))
}

/// The contract's word for an enum's case: `rate-limited`.
fn word(case: &impl std::fmt::Debug) -> Value {
    let name = format!("{case:?}");
    let name = name.rsplit("::").next().unwrap_or_default();
    let hyphen = |(index, c): (usize, char)| {
        let gap = if index > 0 && c.is_uppercase() { "-" } else { "" };
        format!("{gap}{}", c.to_lowercase())
    };
    name.char_indices().map(hyphen).collect::<String>().into()
}

fn object<const N: usize>(present: [(&str, Option<Value>); N]) -> Value {
    members(present).into()
}

fn members<const N: usize>(present: [(&str, Option<Value>); N]) -> Map<String, Value> {
    present.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
