//! The credentials of a connection in a vault, renewed in time and by one caller at a time.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use connector_host::{Binding, CredentialError, Credentials, Secret};
use tokio::task::spawn_blocking;
use tokio::time::sleep;

use super::lock::Lock;
use super::record::{Record, Refresh};
use super::refresh_queue::RefreshQueue;
use super::{StoredConnection, Vault, VaultError};
use crate::oauth::{OAuth, OAuthError};
use crate::tokens::Tokens;

/// Waits before a refresh is tried again that got no answer or a failure of the service.
const TRIES: [Duration; 2] = [Duration::from_millis(250), Duration::from_secs(1)];
/// Between two looks whether another process has had its turn.
const POLL: Duration = Duration::from_millis(20);
/// After a refresh has failed, an access token that still lives is used for so long before the
/// next try.
const PAUSE: Duration = Duration::from_secs(30);

/// The credentials of one connection. An access token is renewed shortly before it ends, and when
/// the service refuses it. The new tokens are on disk before anybody uses them: a service may
/// accept each refresh token only once. When the service says that it renews no more, that is
/// stored, and each call fails at once until somebody connects again.
#[derive(Clone)]
pub struct VaultCredentials {
    vault: Vault,
    id: Arc<str>,
    name: Arc<str>,
    oauth: BTreeMap<String, Arc<OAuth>>,
    turn: Arc<RefreshQueue>,
}

impl VaultCredentials {
    pub(super) fn new(vault: Vault, entry: StoredConnection) -> Self {
        let (turn, oauth) = (vault.turns.of(&entry.id), BTreeMap::new());
        VaultCredentials { vault, id: entry.id.into(), name: entry.name.into(), oauth, turn }
    }

    /// How the credential of this id is renewed; without it the tokens work until they end.
    pub fn oauth(mut self, credential: impl Into<String>, oauth: OAuth) -> Self {
        self.oauth.insert(credential.into(), Arc::new(oauth));
        self
    }

    async fn record(
        &self,
        asker: &Binding,
        credential: &str,
    ) -> Result<Option<Record>, CredentialError> {
        let (asker, credential) = (asker.clone(), credential.to_owned());
        let record = move |it: &Self| it.vault.record(&it.id, &asker, &credential);
        let record = self.blocking(record).await?;
        match &record {
            Some(Record { refused: Some(why), .. }) => Err(self.needs_reconnect(why.clone())),
            _ => Ok(record),
        }
    }

    /// Renews, unless somebody else has done it since `stale` was read. It goes on when the
    /// caller gives up: an answer that nobody waits for may hold the only valid refresh token.
    async fn renew(
        &self,
        asker: &Binding,
        credential: &str,
        stale: Secret,
    ) -> Result<Secret, CredentialError> {
        let Some(oauth) = self.oauth.get(credential).cloned() else {
            return Err(CredentialError::NotRefreshable(credential.to_owned()));
        };
        if !oauth.is_declared_by(asker, credential) {
            return Err(CredentialError::OtherEndpoint(credential.to_owned()));
        }
        let (it, asker, id) = (self.clone(), asker.clone(), credential.to_owned());
        let renewing = tokio::spawn(async move { it.renewed(&asker, &id, &oauth, stale).await });
        renewing.await.unwrap_or_else(|_| {
            let stopped = OAuthError::Unreachable("the refresh was stopped".into());
            Err(CredentialError::Refresh { id: credential.to_owned(), source: stopped.into() })
        })
    }

    async fn renewed(
        &self,
        asker: &Binding,
        credential: &str,
        oauth: &OAuth,
        stale: Secret,
    ) -> Result<Secret, CredentialError> {
        let arrived = Instant::now();
        let _turn = self.turn.queue.lock().await;
        // Whoever has waited for a refresh shares what came of it.
        if let Some(source) = self.turn.failure_since(credential, arrived) {
            return Err(CredentialError::Refresh {
                id: credential.to_owned(),
                source: source.into(),
            });
        }
        let _lock = self.lock().await?;
        let missing = || CredentialError::Missing(credential.to_owned());
        let record = self.record(asker, credential).await?.ok_or_else(missing)?;
        if record.tokens.access_token != stale {
            return Ok(record.tokens.access_token);
        }
        if !record.tokens.renewable() {
            return Err(CredentialError::NotRefreshable(credential.to_owned()));
        }
        self.note(credential, &record, Refresh::Begun).await?;
        let new = match ask(oauth, &record.tokens).await {
            Ok(new) => new,
            Err(error) => return Err(self.failed(credential, &record, error).await?),
        };
        let (id, version, tokens) = (credential.to_owned(), record.version, new.clone());
        let replace = move |it: &Self| it.vault.replace(&it.id, &id, version, &tokens);
        if self.blocking(replace).await? {
            tracing::debug!(connection = &*self.name, credential, "refreshed");
            return Ok(new.access_token);
        }
        // Somebody has connected again meanwhile.
        let record = self.record(asker, credential).await?.ok_or_else(missing)?;
        Ok(record.tokens.access_token)
    }

    /// Asked for again and again instead of waited for, so that no thread is held meanwhile.
    async fn lock(&self) -> Result<Lock, CredentialError> {
        loop {
            match self.blocking(|it| Lock::take(&it.vault.lock_path(&it.id))).await? {
                Some(lock) => return Ok(lock),
                None => sleep(POLL).await,
            }
        }
    }

    /// Notes why a refresh brought nothing, and says what to tell the caller.
    async fn failed(
        &self,
        credential: &str,
        record: &Record,
        error: OAuthError,
    ) -> Result<CredentialError, CredentialError> {
        tracing::warn!(connection = &*self.name, credential, %error, "not refreshed");
        if error.ends_grant() {
            let why = match record.interrupted {
                true => format!("a refresh was interrupted and its answer lost; now {error}"),
                false => error.to_string(),
            };
            self.note(credential, record, Refresh::Refused(why.clone())).await?;
            return Ok(self.needs_reconnect(why));
        }
        // This one did nothing; what an interrupted one did is as open as before.
        if matches!(error, OAuthError::Refused { .. }) && !record.interrupted {
            self.note(credential, record, Refresh::Ended).await?;
        }
        self.turn.failed(credential, error.clone());
        Ok(CredentialError::Refresh { id: credential.to_owned(), source: error.into() })
    }

    async fn note(
        &self,
        credential: &str,
        record: &Record,
        refresh: Refresh,
    ) -> Result<(), CredentialError> {
        let (credential, version) = (credential.to_owned(), record.version);
        self.blocking(move |it| it.vault.note(&it.id, &credential, version, &refresh)).await
    }

    fn needs_reconnect(&self, why: String) -> CredentialError {
        CredentialError::NeedsReconnect { connection: self.name.to_string(), why }
    }

    /// The database and the lock block, so they do not belong on the runtime's own threads.
    async fn blocking<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Self) -> Result<T, VaultError> + Send + 'static,
    ) -> Result<T, CredentialError> {
        let it = self.clone();
        // It is never closed.
        let place = self.vault.threads.clone().acquire_owned().await;
        let done = spawn_blocking(move || {
            let _place = place;
            act(&it)
        });
        let done = done.await;
        let done = done.map_err(|_| VaultError::Stopped)?;
        Ok(done?)
    }
}

#[async_trait]
impl Credentials for VaultCredentials {
    async fn get(&self, asker: &Binding, id: &str) -> Result<Option<Secret>, CredentialError> {
        let Some(record) = self.record(asker, id).await? else {
            return Ok(None);
        };
        let (now, token) = (self.vault.clock.now(), record.tokens.access_token.clone());
        let renewable = record.tokens.renewable() && self.oauth.contains_key(id);
        if !record.is_due(now) || !renewable {
            return Ok(Some(token));
        }
        let lives = !record.is_over(now);
        let recently = Instant::now().checked_sub(PAUSE);
        if lives && recently.is_some_and(|recently| self.turn.failure_since(id, recently).is_some())
        {
            return Ok(Some(token));
        }
        match self.renew(asker, id, token.clone()).await {
            Err(CredentialError::Refresh { .. }) if lives => Ok(Some(token)),
            done => done.map(Some),
        }
    }

    async fn secrets(&self, asker: &Binding) -> Vec<Secret> {
        let mut secrets: Vec<Secret> = self.oauth.values().flat_map(|it| it.secrets()).collect();
        let asker = asker.clone();
        let tokens = self.blocking(move |it| {
            let entries = it.vault.connections()?;
            let held = entries.iter().find(|entry| entry.id == *it.id);
            let ids = held.iter().flat_map(|entry| &entry.credentials).map(|held| &held.id);
            let records = ids.map(|id| it.vault.record(&it.id, &asker, id));
            records.collect::<Result<Vec<_>, _>>()
        });
        // What cannot be read is not sent either.
        for Record { tokens, .. } in tokens.await.unwrap_or_default().into_iter().flatten() {
            secrets.push(tokens.access_token);
            secrets.extend(tokens.refresh_token);
        }
        secrets
    }

    async fn client_secret(&self, asker: &Binding) -> Result<Option<Secret>, CredentialError> {
        let asker = asker.clone();
        let client = self.blocking(move |it| it.vault.client(&it.name, &asker)).await?;
        Ok(client.map(|client| client.secret))
    }

    async fn refresh(
        &self,
        asker: &Binding,
        id: &str,
        stale: &Secret,
    ) -> Result<Secret, CredentialError> {
        self.renew(asker, id, stale.clone()).await
    }
}

/// Asks for new tokens, again when there is a chance.
async fn ask(oauth: &OAuth, old: &Tokens) -> Result<Tokens, OAuthError> {
    for wait in TRIES {
        match oauth.refresh(old).await {
            Err(error) if error.may_pass() => {
                tracing::debug!(%error, ?wait, "the refresh is tried again");
                sleep(wait).await;
            }
            done => return done,
        }
    }
    oauth.refresh(old).await
}

impl fmt::Debug for VaultCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VaultCredentials").field("connection", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
