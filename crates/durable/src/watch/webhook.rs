//! Events as requests to an address.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use connector_host::{Clock, PublicAddresses, Secret, causes, is_loopback, may_be_public};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, redirect};
use sha2::Sha256;
use url::Url;

use super::{Event, NotTaken, Sink, WatchError};

/// Posts each event as JSON, one after the other. Any 2xx answer means that the event was taken;
/// redirects are not followed.
///
/// The header `event-id` holds the event's id, which is the same when it comes again. With a secret
/// the header `event-signature` holds `t=1794700800,v1=5257a869…`: `t` is when it was sent, in
/// seconds since 1970 UTC, and `v1` the HMAC-SHA-256 (RFC 2104) of `t`, a point and the body, in
/// hexadecimal digits. Whoever takes events computes it anew over the body byte by byte, compares
/// both in constant time, and refuses a `t` that is more than five minutes away.
pub struct Webhook {
    client: Client,
    url: Url,
    secret: Option<Secret>,
    clock: Clock,
}

impl Webhook {
    /// `url` is http or https. An answer has to come within `limit`.
    pub fn new(url: &str, secret: Option<Secret>, limit: Duration) -> Result<Self, WatchError> {
        Webhook::with(url, secret, limit, false)
    }

    /// The same for an address that somebody else has chosen: nothing but https, and only to addresses on
    /// the public internet, so that nobody reaches into the network that this host stands in.
    pub fn public(url: &str, secret: Option<Secret>, limit: Duration) -> Result<Self, WatchError> {
        Webhook::with(url, secret, limit, true)
    }

    fn with(
        url: &str,
        secret: Option<Secret>,
        limit: Duration,
        public: bool,
    ) -> Result<Self, WatchError> {
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
        if public {
            if url.scheme() != "https" || !url.username().is_empty() {
                return Err(wrong("is not a plain https URL"));
            }
            if !may_be_public(&url) {
                return Err(wrong("is not on the public internet"));
            }
            client = client.no_proxy().dns_resolver(Arc::new(PublicAddresses));
        }
        if is_loopback(&url) {
            client = client.no_proxy();
        }
        let client = client.build().map_err(|error| WatchError::Sink(error.to_string()))?;
        Ok(Webhook { client, url, secret, clock: Clock::default() })
    }
}

#[async_trait]
impl Sink for Webhook {
    async fn deliver(&mut self, event: &Event) -> Result<(), NotTaken> {
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
            let now = self.clock.now();
            request = request.header("event-signature", signature(secret, now, &event.json));
        }
        let answer = request
            .send()
            .await
            .map_err(|error| format!("the webhook: {}", causes(&error.without_url())))?;
        match answer.status().is_success() {
            true => Ok(()),
            false => Err(format!("the webhook answered with {}", answer.status()).into()),
        }
    }
}

/// An old delivery that somebody has seen and sends again is as old as it says.
fn signature(secret: &Secret, time: u64, body: &str) -> String {
    let key = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes());
    let mac = key.expect("a key of any length will do");
    let mac = mac.chain_update(time.to_string()).chain_update(".").chain_update(body);
    let digits = mac.finalize().into_bytes();
    let digits: String = digits.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={time},v1={digits}")
}

impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As `printf '1794700800.{"id":"1"}' | openssl dgst -sha256 -hmac Jefe` says.
    #[test]
    fn the_signature_is_an_hmac_of_time_and_body() {
        let signed = |time, body| signature(&Secret::new("Jefe"), time, body);
        let expected = "68e0d95941829f3ca9f92527b75be555aa07b81a29697de99705cd044d0de87e";
        assert_eq!(signed(1_794_700_800, r#"{"id":"1"}"#), format!("t=1794700800,v1={expected}"));
        assert!(!signed(1_794_700_801, r#"{"id":"1"}"#).contains(expected));
    }
}
