//! Tokens, and when they end.

use std::collections::BTreeMap;

use connector_host::Secret;

/// The value of a credential, and how to renew it. Times are seconds since 1970-01-01 UTC.
#[derive(Clone, Debug)]
pub struct Tokens {
    /// What is attached to requests.
    pub access_token: Secret,
    /// When the access token ends, if that is known.
    pub expires_at: Option<u64>,
    /// What the next access token is asked for with.
    pub refresh_token: Option<Secret>,
    /// When the refresh token ends, if that is known.
    pub refresh_expires_at: Option<u64>,
    /// The scopes granted, if the service told.
    pub scopes: Option<Vec<String>>,
    /// The app took them for itself, without a person (client credentials). They are renewed by
    /// asking again, and need no refresh token.
    pub by_app: bool,
    /// Values of the token answer that are no secret and become settings of the connection, by the
    /// settings' names. Not kept with the tokens.
    pub settings: BTreeMap<String, String>,
    /// What the same consent gave for other credentials, by their ids. Not kept with these tokens.
    pub shared: Vec<(String, Tokens)>,
}

impl Tokens {
    /// A value that a person pasted.
    pub fn pasted(value: Secret) -> Self {
        Tokens {
            access_token: value,
            expires_at: None,
            refresh_token: None,
            refresh_expires_at: None,
            scopes: None,
            by_app: false,
            settings: BTreeMap::new(),
            shared: Vec::new(),
        }
    }

    /// Whether new ones can be had without a person.
    pub fn renewable(&self) -> bool {
        self.by_app || self.refresh_token.is_some()
    }
}
