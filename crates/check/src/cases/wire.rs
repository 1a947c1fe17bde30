//! What goes over the wire, as cases write it.

use connector_host::contract::Header;
use serde_json::{Value, json};

use super::blobs;

/// Headers and body of what the service says.
pub(super) fn message(written: &Value) -> (Vec<Header>, Vec<u8>) {
    let header = |(name, value): (&String, &Value)| Header {
        name: name.clone(),
        value: value.as_str().unwrap_or_default().to_owned(),
    };
    let body = match written.get("body") {
        Some(body) => body.to_string().into_bytes(),
        None => blobs::content(written),
    };
    (written["headers"].as_object().into_iter().flatten().map(header).collect(), body)
}

/// Bytes as a body is written: JSON, or a text.
pub(super) fn content(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes)
        .unwrap_or_else(|_| json!({"text": String::from_utf8_lossy(bytes)}))
}
