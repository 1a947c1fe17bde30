//! What a vault tells about its connections. None of it is secret.

use connector_host::Binding;

use crate::oauth::Client;

/// A refresh token that ends within this many seconds is worth a warning: 14 days.
const WARNING: u64 = 14 * 86_400;

/// What a connection is before anybody has authorized it.
#[derive(Clone, Debug)]
pub struct ConnectionSpec {
    /// 1 to 64 characters, unique in the vault.
    pub name: String,
    /// The connector that it is made with, and what that declares: [`crate::Connector::binding`].
    /// The connection is usable for nothing else.
    pub binding: Binding,
    /// One of the connector's environments.
    pub environment: String,
    /// The settings, as the JSON text of an object.
    pub settings: String,
    /// The app at the service, where one is needed.
    pub client: Option<Client>,
    /// The scopes to ask for; absent: those that the connector suggests.
    pub scopes: Option<Vec<String>>,
}

/// A connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredConnection {
    /// Stays the same when the connection is renamed.
    pub id: String,
    /// 1 to 64 characters, unique in the vault.
    pub name: String,
    /// The connector's id.
    pub connector: String,
    /// One of the connector's environments.
    pub environment: String,
    /// The settings, as the JSON text of an object.
    pub settings: String,
    /// The scopes that were asked for, if somebody chose them.
    pub requested: Option<Vec<String>>,
    /// The app at the service.
    pub client_id: Option<String>,
    /// Whom it belongs to, once a test has told.
    pub account: Option<Account>,
    /// What is stored for it.
    pub credentials: Vec<CredentialStatus>,
    /// How it stands.
    pub status: Status,
}

impl StoredConnection {
    /// What is stored for a credential.
    pub fn credential(&self, id: &str) -> Option<&CredentialStatus> {
        self.credentials.iter().find(|held| held.id == id)
    }
}

/// Whom a connection belongs to, in the service's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The service's id of it.
    pub id: String,
    /// Its name, for people.
    pub name: String,
}

impl Account {
    /// The id where the service did not tell it.
    pub const UNKNOWN: &'static str = "?";
}

/// What is known of a stored credential. Times are seconds since 1970-01-01 UTC, and absent when
/// they are not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialStatus {
    /// The credential's id in the descriptor.
    pub id: String,
    /// The scopes granted, if the service told.
    pub scopes: Option<Vec<String>>,
    /// When the access token ends.
    pub expires_at: Option<u64>,
    /// When the refresh token ends.
    pub refresh_expires_at: Option<u64>,
    /// Whether new tokens can be had without a person.
    pub renewable: bool,
    /// Why the service does not renew the tokens any more.
    pub refused: Option<String>,
}

/// How a connection stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Nothing is stored yet.
    Draft,
    /// It works, as far as is known here.
    Authenticated,
    /// It ends within 14 days, at this second, unless it is used or connected again before.
    Expiring {
        /// Seconds since 1970-01-01 UTC.
        until: u64,
    },
    /// Only a person can bring it back, by connecting again.
    NeedsReconnect {
        /// Why, for people.
        why: String,
    },
}

impl Status {
    /// The worst that is to be said of any credential.
    pub(super) fn of(credentials: &[CredentialStatus], now: u64) -> Self {
        if credentials.is_empty() {
            return Status::Draft;
        }
        if let Some(why) = credentials.iter().find_map(|held| held.refused.clone()) {
            return Status::NeedsReconnect { why };
        }
        match credentials.iter().filter_map(CredentialStatus::end).min() {
            Some(end) if end <= now => {
                let why = "its tokens have ended, and nobody has renewed them in time".into();
                Status::NeedsReconnect { why }
            }
            Some(end) if end <= now + WARNING => Status::Expiring { until: end },
            _ => Status::Authenticated,
        }
    }
}

impl CredentialStatus {
    /// When it stops working if nobody does anything; absent: never, or not known.
    fn end(&self) -> Option<u64> {
        match (self.renewable, self.refresh_expires_at) {
            (true, Some(refresh)) => Some(refresh.max(self.expires_at.unwrap_or(0))),
            (true, None) => None,
            (false, _) => self.expires_at,
        }
    }
}
