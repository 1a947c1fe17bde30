//! A request as text: for people, for programs, for a shell. Never with the value of a credential.

use connector_host::contract::{Body, Cost, Part, PartContent, Piece, Request, Slice};
use serde_json::{Value, json};

/// Where a credential will be.
pub struct Credential<'a> {
    pub id: &'a str,
    pub place: Place<'a>,
}

/// What a credential is in a request.
pub enum Place<'a> {
    /// A header of this name, with what precedes the value.
    Header(&'a str, &'a str),
    /// The user, or user and password, of HTTP Basic.
    Basic,
    /// A parameter of the query of this name.
    Query(&'a str),
    /// What the whole request is signed with, by this extension.
    Signed(&'a str),
}

/// A request that is not sent.
pub struct RequestFormat<'a> {
    pub request: &'a Request,
    pub credential: Option<Credential<'a>>,
}

impl RequestFormat<'_> {
    /// As HTTP looks, with what the connector knows about it below.
    pub fn text(&self) -> String {
        let request = self.request;
        let mut lines = vec![format!("{} {}", request.method.word(), request.url)];
        lines.extend(self.credential.as_ref().map(|Credential { id, place }| match place {
            Place::Header(name, _) => format!("{name}: <{id}>"),
            Place::Basic => format!("authorization: Basic <{id}>"),
            Place::Query(name) => format!("in the query: {name}=<{id}>"),
            Place::Signed(how) => format!("signed with <{id}>: {how}"),
        }));
        let headers = request.headers.iter();
        lines.extend(headers.map(|header| format!("{}: {}", header.name, header.value)));
        lines.push(String::new());
        match &request.body {
            Body::Empty => {}
            Body::Bytes(bytes) => lines.extend([utf8(bytes), String::new()]),
            Body::Multipart(parts) => {
                lines.extend(parts.iter().map(part_line));
                lines.push(String::new());
            }
            Body::Pieces(pieces) => {
                lines.extend([pieces.iter().map(piece_text).collect(), String::new()]);
            }
        }
        lines.push(format!("effect {}", request.effect.word()));
        let costs = request.costs.iter().map(|Cost { quota, amount }| match amount {
            1 => format!("quota {quota}"),
            several => format!("quota {quota}: {several}"),
        });
        lines.extend(costs);
        let named = request.idempotency_header.iter();
        lines.extend(named.map(|name| format!("idempotency header {name}")));
        lines.join("\n")
    }

    /// The same as an object.
    pub fn json(&self) -> Value {
        let request = self.request;
        let headers = request.headers.iter();
        let headers: Vec<Value> =
            headers.map(|header| json!({"name": header.name, "value": header.value})).collect();
        let body = match &request.body {
            Body::Empty => Value::Null,
            Body::Bytes(bytes) => {
                serde_json::from_slice(bytes).unwrap_or_else(|_| utf8(bytes).into())
            }
            Body::Multipart(parts) => parts.iter().map(part_json).collect(),
            Body::Pieces(pieces) => pieces.iter().map(piece_json).collect(),
        };
        let costs = request.costs.iter();
        let costs = costs.map(|cost| json!({"quota": cost.quota, "amount": cost.amount}));
        json!({
            "method": request.method.word(),
            "url": request.url,
            "headers": headers,
            "body": body,
            "credential": request.credential,
            "effect": request.effect.word(),
            "costs": costs.collect::<Vec<_>>(),
            "idempotency_header": request.idempotency_header,
        })
    }
}

fn utf8(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn part_line(part: &Part) -> String {
    match &part.content {
        PartContent::Text(text) => format!("{}={text}", part.name),
        PartContent::Blob(reference) => format!("{}=<file {reference}>", part.name),
    }
}

fn part_json(part: &Part) -> Value {
    let (kind, content) = match &part.content {
        PartContent::Text(text) => ("text", text),
        PartContent::Blob(reference) => ("blob", reference),
    };
    json!({
        "name": part.name,
        "filename": part.filename,
        "content_type": part.content_type,
        kind: content,
    })
}

fn piece_text(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Blob(reference) => format!("<file {reference}>"),
        Piece::BlobBase64(reference) => format!("<file {reference} in base64>"),
        Piece::Slice(Slice { blob, offset, length }) => {
            format!("<{length} bytes of file {blob} from {offset} on>")
        }
    }
}

fn piece_json(piece: &Piece) -> Value {
    match piece {
        Piece::Text(text) => json!({ "text": text }),
        Piece::Blob(reference) => json!({ "blob": reference }),
        Piece::BlobBase64(reference) => json!({ "blob_base64": reference }),
        Piece::Slice(slice) => json!({ "slice": slice }),
    }
}
