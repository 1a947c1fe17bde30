//! Events as requests to an address.

use std::time::Duration;

use async_trait::async_trait;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, redirect};
use sha2::Sha256;
use url::Url;

use super::{Event, Sink, WatchError};
use crate::routes;
use crate::secret::Secret;

/// Posts each event as JSON, one after the other. The header `event-id` holds its id, and with a
/// secret the header `event-signature` holds `sha256=` and the HMAC-SHA-256 (RFC 2104) of the body
/// in hexadecimal digits. Any 2xx answer means that the event was taken; redirects are not
/// followed.
pub struct Webhook {
    client: Client,
    url: Url,
    secret: Option<Secret>,
}

impl Webhook {
    /// `url` is http or https. An answer has to come within `limit`.
    pub fn new(url: &str, secret: Option<Secret>, limit: Duration) -> Result<Self, WatchError> {
        // What is in the URL may be a secret of the receiver's.
        let wrong = |why: &str| WatchError::Sink(format!("the address of the webhook {why}"));
        let url: Url = url.parse().map_err(|_| wrong("is not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(wrong("is neither http nor https"));
        }
        let mut client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(limit)
            .user_agent(concat!("connector-host/", env!("CARGO_PKG_VERSION")));
        if routes::is_loopback(&url) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| WatchError::Sink(error.to_string()))?;
        Ok(Webhook { client, url, secret })
    }
}

#[async_trait]
impl Sink for Webhook {
    async fn deliver(&mut self, event: &Event) -> Result<(), String> {
        let mut request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .body(event.json.clone());
        // An id that no header can hold is in the body all the same.
        if let Ok(id) = HeaderValue::from_bytes(event.id.as_bytes()) {
            request = request.header("event-id", id);
        }
        if let Some(secret) = &self.secret {
            request = request.header("event-signature", signature(secret, &event.json));
        }
        let answer = request.send().await.map_err(|error| {
            format!("the webhook: {}", crate::http::causes(&error.without_url()))
        })?;
        match answer.status().is_success() {
            true => Ok(()),
            false => Err(format!("the webhook answered with {}", answer.status())),
        }
    }
}

fn signature(secret: &Secret, body: &str) -> String {
    let key = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes());
    let mac = key.expect("a key of any length will do").chain_update(body);
    let digits = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    ["sha256=".to_owned(), digits].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second test case of RFC 4231.
    #[test]
    fn the_signature_is_an_hmac() {
        let signed = signature(&Secret::new("Jefe"), "what do ya want for nothing?");
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signed, format!("sha256={expected}"));
    }
}
