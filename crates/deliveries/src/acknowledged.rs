//! What a connector answers to a delivery.

use serde_json::{Map, Value};

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

/// The `acknowledgement` of the contract.
#[derive(Clone, Debug)]
pub struct Acknowledged<'a> {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(&'a str, &'a str)>,
    /// What is sent back.
    pub body: &'a [u8],
    /// What is to be kept, as JSON.
    pub subscription: Option<&'a str>,
}

/// Refuses what the contract does not allow, or what could make another answer of it: why, for people.
pub fn check(said: &Acknowledged<'_>) -> Result<(), String> {
    if !matches!(said.status, 200..300 | 400..500) {
        return Err(format!("the status {} is neither 200 to 299 nor 400 to 499", said.status));
    }
    if said.body.len() > LONGEST {
        return Err("the body is longer than 64 KiB".to_owned());
    }
    for (name, value) in &said.headers {
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        let is_name = !name.is_empty() && name.bytes().all(is_token);
        let is_value = value.chars().all(|char| char == '\t' || !char.is_control());
        if !is_name || !is_value || HOST.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(format!("the header `{}` cannot be sent", name.escape_debug()));
        }
    }
    if let Some(text) = said.subscription
        && serde_json::from_str::<Map<String, Value>>(text).is_err()
    {
        return Err("the subscription is not an object".to_owned());
    }
    Ok(())
}
