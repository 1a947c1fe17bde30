//! Tokens that are issued without asking anybody.

use serde::Deserialize;

use crate::auth::{ACCESS_LIFE_S, AppId, Grant, SCOPES};
use crate::clock::Moment;

/// A token to be issued. The default is a user's, with every scope and 30 days.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TokenSpec {
    /// What it reaches.
    pub scopes: Vec<String>,
    /// Seconds to live; 0 or less for a token that has expired.
    pub expires_in_s: i64,
    /// Whether it is of the app with Trial access.
    pub trial: bool,
    /// Whether a user gave it; otherwise the app took it for itself.
    pub by_user: bool,
    /// Whether it belongs to a system user, so that it can be revoked.
    pub system_user: bool,
}

impl Default for TokenSpec {
    fn default() -> TokenSpec {
        TokenSpec {
            scopes: SCOPES.map(str::to_owned).into(),
            expires_in_s: ACCESS_LIFE_S,
            trial: false,
            by_user: true,
            system_user: false,
        }
    }
}

impl TokenSpec {
    /// A token with these scopes only.
    pub fn with_scopes(scopes: &[&str]) -> TokenSpec {
        TokenSpec {
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            ..TokenSpec::default()
        }
    }

    /// A token that has expired.
    pub fn expired() -> TokenSpec {
        TokenSpec { expires_in_s: 0, ..TokenSpec::default() }
    }

    /// A token of the app with Trial access.
    pub fn trial() -> TokenSpec {
        TokenSpec { trial: true, ..TokenSpec::default() }
    }
}

impl TokenSpec {
    /// What such a token allows that is issued now.
    pub(crate) fn grant(self, now: Moment) -> Grant {
        Grant {
            app: if self.trial { AppId::TRIAL } else { AppId::STANDARD },
            by_user: self.by_user,
            system_user: self.system_user,
            is_for_conversions: false,
            scopes: self.scopes.into_iter().collect(),
            expires: now.plus_s(self.expires_in_s),
        }
    }
}
