//! What a host keeps of a subscription, and when it has to be renewed.

use connector_host::Secret;
use jiff::Timestamp;
use serde_json::Value;

use crate::error::Error;

/// A subscription is renewed so long before its end, in seconds, or a quarter of its life before, where
/// that is less.
const BEFORE: i64 = 86_400;

/// A subscription that lives.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// The configuration, as an object.
    pub config: Value,
    /// What came of [`Call::Subscribe`](connector_host::Call::Subscribe) or of the last renewal, as the
    /// JSON text of an object. It is as secret as a token.
    pub content: Secret,
    /// That of the delivery before; none at first.
    pub cursor: Option<String>,
}

impl Subscription {
    /// One that has just been made.
    pub fn new(config: Value, content: Secret) -> Self {
        Subscription { config, content, cursor: None }
    }

    /// When it ends; none when it does not.
    pub fn expires_at(&self) -> Result<Option<Timestamp>, Error> {
        let content: Value =
            serde_json::from_str(self.content.expose()).map_err(|_| Error::ExpiresAt)?;
        match &content["expires_at"] {
            Value::Null => Ok(None),
            Value::String(text) => text.parse().map(Some).map_err(|_| Error::ExpiresAt),
            _ => Err(Error::ExpiresAt),
        }
    }

    /// When to renew it: a day before its end, or when three quarters of its life have passed, whichever
    /// is later. `since`: when it was made or renewed last.
    pub fn renew_at(&self, since: Timestamp) -> Result<Option<Timestamp>, Error> {
        let Some(end) = self.expires_at()? else { return Ok(None) };
        let life = (end.as_second() - since.as_second()).max(0);
        let due = end.as_second() - (life / 4).min(BEFORE);
        Timestamp::from_second(due).map(Some).map_err(|_| Error::ExpiresAt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renew_at(content: &str, since: &str) -> Result<Option<String>, String> {
        let subscription = Subscription::new(Value::Null, Secret::new(content));
        let due = subscription.renew_at(since.parse().unwrap());
        due.map(|due| due.map(|due| due.to_string())).map_err(|error| error.to_string())
    }

    #[test]
    fn it_is_renewed_in_time() {
        let ends = r#"{"expires_at": "2026-01-08T00:00:00Z"}"#;
        let due = |since| renew_at(ends, since).unwrap().unwrap();
        assert_eq!(due("2026-01-01T00:00:00Z"), "2026-01-07T00:00:00Z");
        assert_eq!(due("2026-01-07T23:00:00Z"), "2026-01-07T23:45:00Z");
        // One that has ended already is due.
        assert_eq!(due("2026-02-01T00:00:00Z"), "2026-01-08T00:00:00Z");
        assert_eq!(renew_at("{}", "2026-01-01T00:00:00Z"), Ok(None));
        for wrong in [r#"{"expires_at": 1767830400}"#, r#"{"expires_at": "soon"}"#, "no JSON"] {
            assert!(renew_at(wrong, "2026-01-01T00:00:00Z").is_err(), "{wrong}");
        }
    }
}
