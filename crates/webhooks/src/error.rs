//! Why a delivery could not be dealt with.

/// No message holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The connector has no webhook of this id.
    #[error("there is no webhook `{0}`")]
    Unknown(String),
    /// The service signs in ways that this host does not know, and in no other.
    #[error("the webhook `{webhook}` is signed with `{algorithm}`, which this host does not know")]
    Algorithm {
        /// The id of the webhook.
        webhook: String,
        /// The name of the extension.
        algorithm: String,
    },
    /// A rule of the connector's cannot be followed.
    #[error("the webhook `{webhook}` has a signature that cannot be checked: {why}")]
    Rule {
        /// The id of the webhook.
        webhook: String,
        /// What is wrong, for people.
        why: String,
    },
    /// The key of a signature is not written as the connector says: as what.
    #[error("the key that signatures are checked with is no {0}")]
    Key(&'static str),
    /// The connector answers what a host does not send, or keeps what is no subscription.
    #[error("the connector's answer to a delivery: {0}")]
    Answer(String),
    /// When a subscription ends is no time.
    #[error("the subscription's `expires_at` is not a time like 2026-01-31T12:00:00Z")]
    ExpiresAt,
    /// The host or the connector failed.
    #[error(transparent)]
    Host(#[from] connector_host::Error),
}

impl Error {
    /// What to answer the service: 400 when the connector does not take the delivery, and otherwise
    /// 503, so that the service sends it again.
    pub fn status(&self) -> u16 {
        match self {
            Error::Host(error) if error.is_invalid_input() => 400,
            _ => 503,
        }
    }
}
