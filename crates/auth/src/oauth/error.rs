//! Why there are no tokens.

use connector_host::contract::connection::OauthFault;

use super::Fault;

/// Why there are no tokens. No message holds one.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OAuthError {
    /// The descriptor does not offer what was asked for.
    #[error("{0}")]
    NotOffered(String),
    /// The service gave none, so the person has to come back.
    #[error("there is no refresh token; connect again")]
    NoRefreshToken,
    /// No complete answer.
    #[error("the token endpoint did not answer: {0}")]
    Unreachable(String),
    /// The service's own words, and what they are about if that is known.
    #[error("the token endpoint refused with status {status}: {said}{}", tail(.fault))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The service's own words.
        said: String,
        /// What it is about, where the descriptor has a rule for it.
        fault: Option<Box<Fault>>,
    },
    /// The service sent the person back without a code.
    #[error("the service did not authorize the connection: {said}{}", tail(.fault))]
    NotAuthorized {
        /// The service's own words.
        said: String,
        /// What it is about, where the descriptor has a rule for it.
        fault: Option<Box<Fault>>,
    },
    /// The state is not that of this try: an old page, or somebody else's doing.
    #[error("this is the answer to another attempt to connect; begin anew")]
    AnotherAttempt,
    /// The answer is not what the descriptor says. The text is a JSON pointer, or what the browser
    /// should have brought.
    #[error("the answer has no `{0}`")]
    Answer(String),
    /// What a person has pasted is no key for this credential.
    #[error("the pasted key: {0}")]
    Key(String),
    /// Nobody has entered the code in time.
    #[error("the code has ended before it was entered; begin anew")]
    CodeEnded,
    /// The operating system has none.
    #[error("no randomness: {0}")]
    NoRandomness(String),
}

impl OAuthError {
    /// What a refusal is about, if that is known.
    pub fn fault(&self) -> Option<&Fault> {
        match self {
            OAuthError::Refused { fault, .. } | OAuthError::NotAuthorized { fault, .. } => {
                fault.as_deref()
            }
            _ => None,
        }
    }

    /// Whether the same refresh can never succeed again: the refresh token has ended, was
    /// revoked, or is not there. A refusal that says nothing known counts by its status: such a
    /// grant gets 400 (RFC 6749, section 5.2); one with a status of success counts by its words.
    pub fn ends_grant(&self) -> bool {
        match self {
            OAuthError::NoRefreshToken => true,
            OAuthError::Refused { fault: Some(it), .. } => it.about == OauthFault::RefreshToken,
            OAuthError::Refused { status: 200..300, said, .. } => {
                ["invalid_grant", "refresh_token"].iter().any(|word| said.contains(word))
            }
            OAuthError::Refused { status, .. } => *status == 400,
            _ => false,
        }
    }

    /// Whether the same call may succeed in a moment.
    pub fn may_pass(&self) -> bool {
        match self {
            OAuthError::Unreachable(_) | OAuthError::Answer(_) => true,
            OAuthError::Refused { status, .. } => *status >= 500 || *status == 429,
            _ => false,
        }
    }
}

fn tail(fault: &Option<Box<Fault>>) -> String {
    let advice = fault.as_ref().and_then(|fault| fault.advice.as_ref());
    advice.map_or_else(String::new, |advice| format!("; {advice}"))
}
