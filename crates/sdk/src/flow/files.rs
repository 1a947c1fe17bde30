//! Files as parts of a flow: finding out their type and size, and sending them. The host sends their
//! bytes; the connector reads only as much as it needs.

use serde_json::{Map, Value, json};

use super::image_size::{self, Found};
use super::{Command, Flow, FlowResult, file_type, written};
use crate::answer::{delivered, storage};
use crate::contract::{
    Body, Effect, Error, Method, Part as FormPart, PartContent, Piece, Reply, Request,
};
use crate::error::invalid_field;

/// The largest number of reads of a JPEG to find its size. Hardly any needs more than three.
const LOOKS: u64 = 100;

/// What became of a file that was sent to the storage.
pub enum Arrival {
    /// It has arrived.
    Arrived,
    /// It is not known whether it has arrived.
    Unknown,
    /// The signed address has expired, with the storage's error. A new address may work.
    Expired(Error),
}

/// The error to remember, if a new address may help; any other error ends the flow.
pub(super) fn expired(error: Error) -> FlowResult<Value> {
    match storage::has_expired(&error) {
        true => Ok(serde_json::to_string(&error).expect("errors have text keys").into()),
        false => Err(error.into()),
    }
}

fn arrival(arrived: Value) -> FlowResult<Arrival> {
    Ok(match arrived {
        Value::String(error) => Arrival::Expired(written(&error)?),
        Value::Bool(true) => Arrival::Arrived,
        _ => Arrival::Unknown,
    })
}

impl Flow {
    /// Checks the file `blob` that the input field at `path` refers to, and gives its content type, by
    /// its first bytes. `kinds` are the content types that are allowed, and `largest` is in bytes.
    ///
    /// # Errors
    ///
    /// `invalid-input` when it cannot be read, is empty or too large, or has another type.
    pub fn check_file(
        &mut self,
        path: &str,
        blob: &str,
        kinds: &[&str],
        largest: u64,
    ) -> FlowResult<String> {
        let label = format!("check {path}");
        let file = self.part(&label, &mut |flow, _, reply| match reply {
            Some(Reply::Chunk(chunk)) => {
                Ok(json!({ "size": chunk.size, "kind": file_type::of(&chunk.data) }))
            }
            Some(Reply::Undelivered(why)) => {
                Err(invalid_field(path, format!("cannot be read: {why}")).into())
            }
            _ => {
                let blob = blob.to_owned();
                Err(flow.ask(&(), Command::Read { blob, offset: 0, length: file_type::LOOK }))
            }
        })?;
        let size = file["size"].as_u64().unwrap_or_default();
        let kind = file["kind"].as_str().unwrap_or_default();
        let fault = if size == 0 {
            "is an empty file".to_owned()
        } else if !kinds.contains(&kind) {
            let is = if kind.is_empty() { "of no known type" } else { kind };
            format!("must be a file of type {}, is {is}, by its first bytes", kinds.join(" or "))
        } else if size > largest {
            format!("is a file of {size} bytes; {largest} are allowed")
        } else {
            return Ok(kind.to_owned());
        };
        Err(invalid_field(path, fault).into())
    }

    /// The number of bytes of the file `blob` that the input field at `path` refers to.
    ///
    /// # Errors
    ///
    /// `invalid-input` when it cannot be read.
    pub fn file_size(&mut self, path: &str, blob: &str) -> FlowResult<u64> {
        let size = self.part(&format!("size {path}"), &mut |flow, _, reply| match reply {
            Some(Reply::Chunk(chunk)) => Ok(chunk.size.into()),
            Some(Reply::Undelivered(why)) => {
                Err(invalid_field(path, format!("cannot be read: {why}")).into())
            }
            _ => {
                let blob = blob.to_owned();
                Err(flow.ask(&(), Command::Read { blob, offset: 0, length: 1 }))
            }
        })?;
        Ok(size.as_u64().unwrap_or_default())
    }

    /// The width and height in pixels of an image of this content type; none when it cannot be read or
    /// does not say.
    pub fn image_size(&mut self, blob: &str, kind: &str) -> FlowResult<Option<(u32, u32)>> {
        let size = self.part("image size", &mut |flow, state, reply| {
            let state: Value = serde_json::from_str(state).unwrap_or_default();
            let number = |index: usize| state[index].as_u64().unwrap_or_default();
            let (offset, looks) = (number(0), number(1));
            let offset: u64 = match reply {
                None => 0,
                Some(Reply::Chunk(chunk)) => match image_size::find(kind, &chunk.data, offset) {
                    Found::Size(width, height) => return Ok(json!([width, height])),
                    Found::Ahead(next) if looks < LOOKS && next < chunk.size => next,
                    _ => return Ok(Value::Null),
                },
                // Another part says what is wrong with it.
                Some(_) => return Ok(Value::Null),
            };
            let (blob, length) = (blob.to_owned(), image_size::LOOK);
            let ask = Command::Read { blob, offset, length };
            Err(flow.ask(&json!([offset, looks + 1]), ask))
        })?;
        let side = |index: usize| Some(size[index].as_u64()? as u32);
        Ok(side(0).zip(side(1)))
    }

    /// Sends a file with POST to a signed address: a form with these fields, and the file as its last
    /// part, `file`.
    ///
    /// # Errors
    ///
    /// When the storage refuses it, unless the address has expired.
    pub fn upload(
        &mut self,
        url: &str,
        fields: &Map<String, Value>,
        blob: &str,
    ) -> FlowResult<Arrival> {
        let arrived = self.part("upload", &mut |flow, _, reply| match reply {
            None => Err(flow.ask(&(), Command::Send(form(url, fields, blob)))),
            Some(Reply::Response(response)) => match response.status {
                200..300 => Ok(Value::Bool(true)),
                500.. => Ok(Value::Bool(false)),
                _ => expired(storage::refused(
                    &flow.catalog.service,
                    "the file",
                    "upload-refused",
                    &response,
                )),
            },
            Some(_) => Ok(Value::Bool(false)),
        })?;
        arrival(arrived)
    }

    /// Sends a file with PUT to a signed address. Sending it twice does no harm.
    ///
    /// # Errors
    ///
    /// When no answer came, or the storage refuses it, unless the address has expired.
    pub fn put(&mut self, url: &str, blob: &str) -> FlowResult<Arrival> {
        let arrived = self.part("put", &mut |flow, _, reply| {
            let Some(reply) = reply else {
                let body = Body::Pieces(vec![Piece::Blob(blob.to_owned())]);
                let request = Request {
                    method: Method::Put,
                    body,
                    effect: Effect::Idempotent,
                    ..form(url, &Map::new(), blob)
                };
                return Err(flow.ask(&(), Command::Send(request)));
            };
            let response = delivered(&flow.catalog.service, reply)?;
            match response.status {
                200..300 => Ok(Value::Bool(true)),
                _ => expired(storage::refused(
                    &flow.catalog.service,
                    "the file",
                    "upload-refused",
                    &response,
                )),
            }
        })?;
        arrival(arrived)
    }
}

/// A request whose JSON body holds files in base64: `files` are blob references, and in the body
/// `file_in_body(0)`, `file_in_body(1)`, … stand for them, in this order.
pub fn embed(mut request: Request, files: &[&str]) -> Request {
    let Body::Bytes(bytes) = &request.body else { return request };
    let Ok(mut rest) = std::str::from_utf8(bytes) else { return request };
    let mut pieces = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let place = file_in_body(index);
        // As a whole value: within another text its quotes would be escaped.
        let Some(start) = rest.find(&format!("\"{place}\"")) else { continue };
        pieces.push(Piece::Text(rest[..=start].to_owned()));
        pieces.push(Piece::BlobBase64((*file).to_owned()));
        rest = &rest[start + 1 + place.len()..];
    }
    pieces.push(Piece::Text(rest.to_owned()));
    request.body = Body::Pieces(pieces);
    request
}

/// The text that stands for the file with this index, from 0, in an input until it is sent. It is
/// valid base64.
pub fn file_in_body(index: usize) -> String {
    format!("AplaceForAFileThatTheHostStreams{index:04}")
}

fn form(url: &str, fields: &Map<String, Value>, blob: &str) -> Request {
    let part = |name: &str, content| FormPart {
        name: name.to_owned(),
        filename: None,
        content_type: None,
        content,
    };
    let field = |(name, value): (&String, &Value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        part(name, PartContent::Text(text))
    };
    let mut parts: Vec<_> = fields.iter().map(field).collect();
    let file = part("file", PartContent::Blob(blob.to_owned()));
    parts.push(FormPart { filename: Some("file".to_owned()), ..file });
    Request {
        method: Method::Post,
        url: url.to_owned(),
        headers: Vec::new(),
        body: Body::Multipart(parts),
        credential: None,
        // A flow can find out whether it arrived, so the host need not send it again.
        effect: Effect::Write,
        costs: Vec::new(),
        idempotency_header: None,
        extensions: Vec::new(),
        save: false,
    }
}
