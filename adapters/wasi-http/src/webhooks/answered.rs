//! What the service is to be answered.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::bindings::automation::connector::types::Header;
use crate::bindings::automation::connector::webhooks::Acknowledgement;
use crate::failure::Failure;

/// Bytes of a body, at most.
const LONGEST: usize = 64 << 10;
/// Headers that are those of whoever answers the service.
const HOST: [&str; 9] = [
    "connection",
    "content-encoding",
    "content-length",
    "keep-alive",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// As the caller gets it.
pub fn told(said: &Acknowledgement) -> Value {
    let headers: Vec<_> = said.headers.iter().map(|it| (&it.name, &it.value)).collect();
    json!({
        "status": said.status, "headers": headers, "body": STANDARD.encode(&said.body), "last": said.last,
    })
}

/// Refuses what the contract does not allow, or what could make another answer of it.
pub fn check(said: &Acknowledgement) -> Result<(), Failure> {
    let wrong = |why: String| {
        Err(Failure::refused(
            "acknowledgement",
            format!("the connector's answer to a delivery: {why}"),
        ))
    };
    if !matches!(said.status, 200..300 | 400..500) {
        return wrong(format!("the status {} is neither 200 to 299 nor 400 to 499", said.status));
    }
    if said.body.len() > LONGEST {
        return wrong("the body is longer than 64 KiB".to_owned());
    }
    for Header { name, value } in &said.headers {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let is_name = !name.is_empty() && name.bytes().all(is_token);
        let is_value = value.chars().all(|char| char == '\t' || !char.is_control());
        if !is_name || !is_value || HOST.contains(&name.to_ascii_lowercase().as_str()) {
            return wrong(format!("the header `{}` cannot be sent", name.escape_debug()));
        }
    }
    match &said.subscription {
        Some(text) if serde_json::from_str::<Map<String, Value>>(text).is_err() => {
            wrong("the subscription is not an object".to_owned())
        }
        _ => Ok(()),
    }
}
