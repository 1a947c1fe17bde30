//! A delivery, as a caller passes it on.

use connector_deliveries::{Encoding, decode};
use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use crate::bindings::automation::connector::types::{Header, Method};
use crate::bindings::automation::connector::webhooks::Delivery;
use crate::credentials::redacted;
use crate::failure::Failure;

/// Bytes of a body, at most.
const BODY: usize = 4 << 20;
/// Bytes of all names and values of headers, at most.
const HEADERS: usize = 64 << 10;
/// Bytes of a request with one, at most: its body is in base64.
pub const LARGEST: usize = 8 << 20;

/// `POST /webhooks/{id}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivered {
    delivery: Option<Said>,
    pub config: Option<Box<RawValue>>,
    pub subscription: Option<Box<RawValue>>,
    pub cursor: Option<String>,
}

/// What came from the service.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    /// In capitals; `POST` if it is absent.
    method: Option<String>,
    /// The address with the query, as the service knows it.
    url: Option<String>,
    /// Names and values; one that came twice is there twice.
    #[serde(default)]
    headers: Vec<(String, String)>,
    /// In base64, decompressed.
    #[serde(default)]
    body: String,
}

impl Delivered {
    /// The delivery, as the contract has it.
    pub fn delivery(&mut self) -> Result<Delivery, Failure> {
        let said = self.delivery.take().ok_or_else(|| Failure::field("delivery", "is required"))?;
        let url = said.url.ok_or_else(|| Failure::field("delivery.url", "is required"))?;
        let is_address = Url::parse(&url).is_ok_and(|url| matches!(url.scheme(), "https" | "http"));
        if !is_address {
            return Err(Failure::field(
                "delivery.url",
                "is to be the address that was called, as an http or https URL",
            ));
        }
        let body = decode(&said.body, Encoding::Base64)
            .ok_or_else(|| Failure::field("delivery.body", "is to be base64"))?;
        if body.len() > BODY {
            return Err(Failure::new(
                413,
                "too-large",
                "the body of the delivery is longer than 4 MiB",
            ));
        }
        let headers: Vec<Header> = said
            .headers
            .into_iter()
            .map(|(name, value)| Header { name: name.to_ascii_lowercase(), value })
            .collect();
        if headers.iter().map(|it| it.name.len() + it.value.len()).sum::<usize>() > HEADERS {
            return Err(Failure::new(
                413,
                "too-large",
                "the headers of the delivery are longer than 64 KiB",
            ));
        }
        let method = method(said.method.as_deref().unwrap_or("POST"))
            .ok_or_else(|| Failure::field("delivery.method", "is to be a word in capitals"))?;
        Ok(Delivery { method, url, headers, body })
    }
}

fn method(word: &str) -> Option<Method> {
    Some(match word {
        "GET" => Method::Get,
        "HEAD" => Method::Head,
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        other if !other.is_empty() && other.bytes().all(|byte| byte.is_ascii_uppercase()) => {
            Method::Other(other.to_owned())
        }
        _ => return None,
    })
}

/// Without the secrets that it repeats, as the connector sees it.
pub fn shown(delivery: Delivery, secrets: &[String]) -> Delivery {
    let Delivery { method, url, headers, body } = delivery;
    let text =
        |text: String| String::from_utf8_lossy(&redacted(text.into_bytes(), secrets)).into_owned();
    let headers = headers.into_iter().map(|it| Header { value: text(it.value), ..it }).collect();
    Delivery { method, url: text(url), headers, body: redacted(body, secrets) }
}
