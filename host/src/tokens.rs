//! Tokens, and when they end.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::secret::Secret;

/// A token counts as expired this many seconds early, so that it lives while it travels.
const EARLY: u64 = 30;

/// The value of a credential, and how to renew it. Times are seconds since 1970-01-01 UTC.
#[derive(Clone, Debug, Deserialize)]
pub struct Tokens {
    /// What is attached to requests.
    pub access_token: Secret,
    /// When the access token ends, if that is known.
    pub expires_at: Option<u64>,
    /// Without one the person has to connect again.
    pub refresh_token: Option<Secret>,
    /// When the refresh token ends, if that is known.
    pub refresh_expires_at: Option<u64>,
    /// The scopes granted, if the service told.
    pub scopes: Option<Vec<String>>,
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
        }
    }

    /// Whether the access token is no longer worth sending.
    pub fn expired(&self) -> bool {
        self.expires_at.is_some_and(|at| at <= now() + EARLY)
    }
}

/// Seconds since 1970-01-01 UTC.
pub(crate) fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs())
}

/// The only form in which tokens are written out.
#[derive(Serialize)]
pub(crate) struct Stored<'a> {
    access_token: &'a str,
    expires_at: Option<u64>,
    refresh_token: Option<&'a str>,
    refresh_expires_at: Option<u64>,
    scopes: Option<&'a [String]>,
}

impl<'a> From<&'a Tokens> for Stored<'a> {
    fn from(tokens: &'a Tokens) -> Self {
        Stored {
            access_token: tokens.access_token.expose(),
            expires_at: tokens.expires_at,
            refresh_token: tokens.refresh_token.as_ref().map(Secret::expose),
            refresh_expires_at: tokens.refresh_expires_at,
            scopes: tokens.scopes.as_deref(),
        }
    }
}
