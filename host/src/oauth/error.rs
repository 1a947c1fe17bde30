//! Why there are no tokens, and what it is about.

use serde_json::Value;

use crate::contract::connection::{Grant, OauthFault, OauthRule};

/// Why there are no tokens. No message holds one.
#[derive(Clone, Debug, thiserror::Error)]
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
    /// The service's own words, what they are about if that is known, and what the connector says
    /// a person can do.
    #[error("the token endpoint refused with status {status}: {said}{}", tail(.advice))]
    Refused { status: u16, said: String, fault: Option<OauthFault>, advice: Option<String> },
    /// The answer is not what the descriptor says; the text is a JSON pointer.
    #[error("the token answer has no `{0}`")]
    Answer(String),
}

impl OAuthError {
    /// Whether the same refresh can never succeed again: the refresh token has ended, was
    /// revoked, or is not there. A refusal that says nothing known counts by its status: such a
    /// grant gets 400 (RFC 6749, section 5.2).
    pub fn ends_grant(&self) -> bool {
        match self {
            OAuthError::NoRefreshToken => true,
            OAuthError::Refused { fault: Some(fault), .. } => *fault == OauthFault::RefreshToken,
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

/// The connector's first rule for this refusal.
pub(super) fn rule<'a>(
    rules: &'a [OauthRule],
    grant: Option<Grant>,
    status: u16,
    body: &[u8],
) -> Option<&'a OauthRule> {
    let body = String::from_utf8_lossy(body).to_lowercase();
    rules.iter().find(|rule| {
        rule.grant.is_none_or(|wanted| grant == Some(wanted))
            && rule.status.is_none_or(|wanted| status == wanted)
            && body.contains(&rule.contains.to_lowercase())
    })
}

/// What the words of RFC 6749 (sections 4.1.2.1 and 5.2) are about.
pub(super) fn fault(grant: Option<Grant>, body: &[u8]) -> Option<OauthFault> {
    let answer: Value = serde_json::from_slice(body).unwrap_or_default();
    match answer.get("error")?.as_str()? {
        "invalid_grant" if grant == Some(Grant::RefreshToken) => Some(OauthFault::RefreshToken),
        "invalid_grant" => Some(OauthFault::Code),
        "invalid_client" => Some(OauthFault::ClientSecret),
        "invalid_scope" => Some(OauthFault::Scope),
        "access_denied" => Some(OauthFault::Denied),
        _ => None,
    }
}

fn tail(advice: &Option<String>) -> String {
    advice.as_ref().map_or_else(String::new, |advice| format!("; {advice}"))
}
