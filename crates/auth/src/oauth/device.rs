//! Device authorization (RFC 8628): a person enters a code in any browser, and the host asks until it
//! is done.

use std::fmt;
use std::time::Duration;

use connector_host::{Secret, bounds};
use serde_json::Value;
use tokio::time::sleep;
use url::Url;

use super::{OAuth, OAuthError};
use crate::tokens::Tokens;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Seconds between two questions when the service says nothing, and by how much it grows when it
/// says `slow_down`.
const INTERVAL: u64 = 5;
/// The longest interval in seconds.
const LONGEST: u64 = 300;
/// Seconds that a code lives when the service says nothing.
const LIFE: u64 = 1800;

/// What to show to the person.
pub struct Device {
    code: Secret,
    user_code: String,
    page: Url,
    page_with_code: Option<Url>,
    ends_at: u64,
    interval: u64,
}

impl Device {
    /// What to enter.
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// Where to enter it.
    pub fn page(&self) -> &Url {
        &self.page
    }

    /// The same with the code in it, for a link.
    pub fn page_with_code(&self) -> Option<&Url> {
        self.page_with_code.as_ref()
    }
}

impl OAuth {
    /// Whether its tokens come for a code that a person enters elsewhere.
    pub fn takes_device_code(&self) -> bool {
        self.is_device
    }

    /// Asks for a code. Without `scopes` the suggested ones are asked for.
    pub async fn device(&self, scopes: Option<&[String]>) -> Result<Device, OAuthError> {
        if !self.is_device {
            return Err(OAuthError::NotOffered("the credential has no device codes".into()));
        }
        let scopes = self.scopes(scopes)?;
        let mut form = Vec::new();
        if !scopes.is_empty() {
            form.push(("scope", scopes.as_str()));
        }
        let asked_at = self.clock.now();
        let body = self.post(&self.endpoints.authorize_url, None, &form, &[]).await?;
        let answer: Value = serde_json::from_slice(&body).unwrap_or_default();
        let text = |name: &str| {
            let found = answer[name].as_str().filter(|text| !text.is_empty());
            found.ok_or_else(|| OAuthError::Answer(format!("/{name}")))
        };
        let link = |name: &str| {
            let url = text(name).ok().and_then(|text| Url::parse(text).ok());
            url.filter(|url| url.scheme() == "https")
        };
        // Google's own name of it is older than the RFC.
        let page = link("verification_uri").or_else(|| link("verification_url"));
        let number = |name: &str| bounds::life(&answer[name]);
        Ok(Device {
            code: Secret::new(text("device_code")?),
            user_code: text("user_code")?.chars().filter(|c| !c.is_control()).collect(),
            page: page.ok_or_else(|| OAuthError::Answer("/verification_uri".into()))?,
            page_with_code: link("verification_uri_complete"),
            ends_at: asked_at.saturating_add(number("expires_in").unwrap_or(LIFE)),
            interval: number("interval").unwrap_or(INTERVAL).clamp(1, LONGEST),
        })
    }

    /// Waits until the person has decided, or the code has ended.
    pub async fn granted(&self, mut device: Device) -> Result<Tokens, OAuthError> {
        loop {
            sleep(Duration::from_secs(device.interval)).await;
            if self.clock.now() >= device.ends_at {
                return Err(OAuthError::CodeEnded);
            }
            match self.ask(&device).await {
                Ok(tokens) => return Ok(tokens),
                Err(error) => match error_word(&error) {
                    Some("authorization_pending") => {}
                    Some("slow_down") => device.interval += INTERVAL,
                    Some("expired_token") => return Err(OAuthError::CodeEnded),
                    // RFC 8628, section 3.5: less often, where nothing comes back.
                    _ if error.may_pass() => device.interval *= 2,
                    _ => return Err(error),
                },
            }
            device.interval = device.interval.min(LONGEST);
        }
    }

    async fn ask(&self, device: &Device) -> Result<Tokens, OAuthError> {
        let form = [("grant_type", GRANT), ("device_code", device.code.expose())];
        let asked_at = self.clock.now();
        let url = &self.endpoints.token_url;
        let body = self.post(url, None, &form, &[&device.code]).await?;
        self.tokens(None, &body, asked_at, &[&device.code])
    }
}

/// The word of RFC 6749 and RFC 8628 for a refusal.
fn error_word(error: &OAuthError) -> Option<&str> {
    match error {
        OAuthError::Refused { said, .. } => said.split(": ").next(),
        _ => None,
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").field("page", &self.page.as_str()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
