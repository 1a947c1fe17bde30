//! Where the values of credentials come from.

use std::collections::BTreeMap;
use std::error::Error;

use async_trait::async_trait;

use crate::binding::Binding;
use crate::secret::Secret;

/// The credentials of one connection. A platform with a vault brings its own.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The value to attach, or none when there is no such credential. `asker` is the connector
    /// whose request it is for: a store gives a value only to the connector that it is kept for.
    async fn get(&self, asker: &Binding, id: &str) -> Result<Option<Secret>, CredentialError>;

    /// All secrets that this connection knows, besides those that [`Credentials::get`] gives: what
    /// tokens are renewed with, the secret of the app. The host keeps them out of whatever comes
    /// back. Asked for now and then.
    async fn secrets(&self, _asker: &Binding) -> Vec<Secret> {
        Vec::new()
    }

    /// The secret of the OAuth app, where there is one: some services sign with it what they send.
    async fn client_secret(&self, _asker: &Binding) -> Result<Option<Secret>, CredentialError> {
        Ok(None)
    }

    /// A value to use instead of `stale`, which the service has refused. When the stored value is
    /// already another one, that one is the answer: somebody else has refreshed.
    async fn refresh(
        &self,
        asker: &Binding,
        id: &str,
        stale: &Secret,
    ) -> Result<Secret, CredentialError>;
}

/// Why there is no credential. No message holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// Nothing is stored for this id.
    #[error("the credential `{0}` has no value; connect first")]
    Missing(String),
    /// There is no OAuth for it, or no refresh token.
    #[error("the credential `{0}` cannot be refreshed; connect again")]
    NotRefreshable(String),
    /// It holds line breaks or other control characters.
    #[error("the value of the credential `{0}` cannot be sent in a header")]
    NotSendable(String),
    /// The service or the way to it failed.
    #[error("the credential `{id}` could not be refreshed: {source}")]
    Refresh {
        /// The id of the credential.
        id: String,
        /// Why not.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The service renews the tokens no more. Nothing but connecting again helps.
    #[error("the connection `{connection}` has to be connected again: {why}")]
    NeedsReconnect {
        /// The name of the connection.
        connection: String,
        /// Why, for people.
        why: String,
    },
    /// It would be renewed at a place that its connector does not declare.
    #[error("the credential `{0}` is not renewed: its connector declares another token endpoint")]
    OtherEndpoint(String),
    /// The store of credentials does not give it. `kind` is a word for programs.
    #[error("{error}")]
    Store {
        /// A word for programs.
        kind: &'static str,
        /// What the store says.
        error: Box<dyn Error + Send + Sync>,
    },
}

/// Values that are given once, for one connection, and cannot be refreshed.
#[derive(Clone, Debug, Default)]
pub struct FixedCredentials {
    values: BTreeMap<String, Secret>,
    client_secret: Option<Secret>,
}

impl FixedCredentials {
    /// Values by the ids of their credentials.
    pub fn new(values: impl IntoIterator<Item = (String, Secret)>) -> Self {
        FixedCredentials { values: values.into_iter().collect(), client_secret: None }
    }

    /// The secret of the OAuth app, which checks what the service has signed with it.
    pub fn client_secret(mut self, secret: Secret) -> Self {
        self.client_secret = Some(secret);
        self
    }

    /// Reads each credential from the environment variable `prefix` + its id in capitals with
    /// underscores: `access-token` with the prefix `MY_` from `MY_ACCESS_TOKEN`. Variables that
    /// are unset or empty are left out.
    pub fn from_env<'a>(prefix: &str, ids: impl IntoIterator<Item = &'a str>) -> Self {
        let read = |id: &'a str| {
            let name = format!("{prefix}{}", id.to_ascii_uppercase().replace('-', "_"));
            let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
            Some((id.to_owned(), Secret::new(value)))
        };
        FixedCredentials::new(ids.into_iter().filter_map(read))
    }
}

#[async_trait]
impl Credentials for FixedCredentials {
    async fn get(&self, _asker: &Binding, id: &str) -> Result<Option<Secret>, CredentialError> {
        Ok(self.values.get(id).cloned())
    }

    async fn secrets(&self, _asker: &Binding) -> Vec<Secret> {
        self.values.values().chain(&self.client_secret).cloned().collect()
    }

    async fn client_secret(&self, _asker: &Binding) -> Result<Option<Secret>, CredentialError> {
        Ok(self.client_secret.clone())
    }

    async fn refresh(
        &self,
        _asker: &Binding,
        id: &str,
        _stale: &Secret,
    ) -> Result<Secret, CredentialError> {
        Err(CredentialError::NotRefreshable(id.to_owned()))
    }
}
