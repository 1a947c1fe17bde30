//! What a caller asks.

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use wasi::clocks::monotonic_clock::{now, subscribe_instant};
use wasi::http::types::{IncomingRequest, Method};
use wasi::io::poll::poll;
use wasi::io::streams::{InputStream, StreamError};

use crate::blobs::unescaped;

use crate::failure::Failure;
use crate::values;

/// Bytes of a body, at most.
pub const LARGEST: usize = 32 << 20;
/// Bytes of an input, at most: a continuation of the call holds it in base64, and is a body too.
pub const INPUT: usize = 20 << 20;
/// Nanoseconds that a caller gets to send a body.
const PATIENCE: u64 = 30_000_000_000;
/// Bytes of the key of callers, at least.
const KEY: usize = 12;

/// The parts of a path, decoded, and the method.
pub struct Asked {
    /// `GET` or `POST`; everything else is refused before.
    pub is_post: bool,
    /// `actions`, `boards.list`
    pub path: Vec<String>,
    /// Whether the caller wants items as they come, a line for each.
    pub streams: bool,
    /// How many items are wanted, by the parameter `limit`.
    pub limit: Option<u64>,
}

impl Asked {
    /// Fails unless the caller shows the key.
    pub fn new(request: &IncomingRequest) -> Result<Self, Failure> {
        let key = values::required("key", "callers show it as `Authorization: Bearer …`")?;
        if key.len() < KEY {
            let detail =
                format!("the value `key` has less than {KEY} characters: callers could guess it");
            return Err(Failure::set_up(detail));
        }
        let headers = request.headers();
        let shown = headers.get("authorization");
        let valid = shown.iter().filter_map(|value| value.split_first_chunk::<7>());
        let valid = valid.into_iter().any(|(scheme, given)| {
            // The name of a scheme has no case.
            scheme.eq_ignore_ascii_case(b"bearer ") && is(given, &key)
        });
        if !valid {
            let detail = "the header `authorization` is not `Bearer` and the value `key`";
            return Err(Failure::new(401, "no-valid-key", detail));
        }
        let is_post = match request.method() {
            Method::Get => false,
            Method::Post => true,
            _ => return Err(Failure::new(405, "method", "it is GET or POST")),
        };
        let whole = request.path_with_query().unwrap_or_default();
        let (path, query) = whole.split_once('?').unwrap_or((&whole, ""));
        let limit = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "limit");
        let limit = limit.map(|(_, value)| {
            let wrong =
                || Failure::new(422, "limit", "the parameter `limit` is a number from 1 on");
            value.parse().ok().filter(|limit| *limit > 0).ok_or_else(wrong)
        });
        let path = path.split('/').filter(|part| !part.is_empty()).map(unescaped);
        let path = path.map(|part| String::from_utf8_lossy(&part).into_owned()).collect();
        let accepted = headers.get("accept");
        let streams =
            accepted.iter().any(|value| String::from_utf8_lossy(value).contains("ndjson"));
        Ok(Asked { is_post, path, streams, limit: limit.transpose()? })
    }
}

/// As long for a wrong text as for the right one.
fn is(given: &[u8], wanted: &str) -> bool {
    Sha256::digest(given) == Sha256::digest(wanted.as_bytes())
}

/// The body of a request, as JSON; an empty one is an empty object.
pub fn json<T: serde::de::DeserializeOwned>(
    request: &IncomingRequest,
    most: usize,
) -> Result<T, Failure> {
    let wrong = |why: String| Failure::new(422, "invalid-json", format!("the body: {why}"));
    let body = request.consume().map_err(|()| wrong("it cannot be read".into()))?;
    let stream = body.stream().map_err(|()| wrong("it cannot be read".into()))?;
    let bytes = read(&stream, most, PATIENCE).map_err(|unread| match unread {
        Unread::TooLarge => Failure::new(
            413,
            "too-large",
            format!("the body has more than {most} bytes, which is the limit"),
        ),
        Unread::Broken => wrong("it ended early".into()),
        Unread::Late => Failure::new(408, "too-slow", "the body took longer than 30 seconds"),
    })?;
    let bytes = if bytes.is_empty() { b"{}" } else { &*bytes };
    serde_json::from_slice(bytes).map_err(|error| wrong(error.to_string()))
}

/// The text of an object, as the caller wrote it.
pub fn object(name: &str, text: &RawValue) -> Result<String, Failure> {
    let is_object = text.get().starts_with('{');
    is_object.then(|| text.get().to_owned()).ok_or_else(|| {
        if !name.is_empty() {
            return Failure::field(name, "is to be a JSON object");
        }
        let fields = serde_json::json!([{ "path": name, "message": "is to be an object" }]);
        Failure::new(422, "invalid-input", "the body is to be a JSON object").with("fields", fields)
    })
}

/// The same; an absent one is empty.
pub fn optional(name: &str, text: Option<&RawValue>) -> Result<String, Failure> {
    text.map_or_else(|| Ok("{}".into()), |text| object(name, text))
}

/// Fails where a member is absent.
pub fn required(name: &str, value: Option<String>) -> Result<String, Failure> {
    value.ok_or_else(|| Failure::field(name, "is required"))
}

/// Why a stream was not read to its end.
pub enum Unread {
    /// It has more bytes than are taken.
    TooLarge,
    /// It failed.
    Broken,
    /// Its time is over.
    Late,
}

/// All of a stream, if it comes within so many nanoseconds.
pub fn read(stream: &InputStream, most: usize, nanoseconds: u64) -> Result<Vec<u8>, Unread> {
    let end = now() + nanoseconds;
    let mut bytes = Vec::new();
    loop {
        poll(&[&stream.subscribe(), &subscribe_instant(end)]);
        match stream.read(64 << 10) {
            Ok(more) => bytes.extend(more),
            Err(StreamError::Closed) => return Ok(bytes),
            Err(StreamError::LastOperationFailed(_)) => return Err(Unread::Broken),
        }
        if bytes.len() > most {
            return Err(Unread::TooLarge);
        }
        if now() >= end {
            return Err(Unread::Late);
        }
    }
}
