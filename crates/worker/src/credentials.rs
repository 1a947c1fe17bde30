//! The credentials of a connection that the cluster keeps. What is opened of them stays in this process.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use connector_auth::{SharedKey, SharedSecrets};
use connector_host::{Binding, CredentialError, Credentials, Secret};
use tokio::sync::Mutex as Turn;

use crate::handler::now_ms;
use crate::ingress::{Ingress, IngressError};
use crate::missing::NoConnection;
use crate::record::{ConnectionRecord, Stale};

/// Seconds before its end in which a token is renewed.
const EARLY: u64 = 60;

/// Clones are the same.
#[derive(Clone)]
pub struct SharedCredentials(Arc<Inner>);

struct Inner {
    name: String,
    /// What the connection was put together from, besides its secrets.
    connector: String,
    settings: serde_json::Map<String, serde_json::Value>,
    quota: Option<String>,
    key: SharedKey,
    ingress: Ingress,
    held: Mutex<Held>,
    /// One of this worker asks for new tokens, for all.
    turn: Turn<()>,
}

struct Held {
    version: u64,
    refused: Option<String>,
    secrets: SharedSecrets,
}

impl SharedCredentials {
    pub fn new(
        name: &str,
        record: &ConnectionRecord,
        secrets: SharedSecrets,
        key: &SharedKey,
        ingress: &Ingress,
    ) -> Self {
        let (version, refused) = (record.version, record.refused.clone());
        SharedCredentials(Arc::new(Inner {
            name: name.to_owned(),
            connector: record.connector.clone(),
            settings: record.settings.clone(),
            quota: record.quota.clone(),
            key: key.clone(),
            ingress: ingress.clone(),
            held: Mutex::new(Held { version, refused, secrets }),
            turn: Turn::default(),
        }))
    }

    /// Whether only its secrets may have changed since.
    pub fn is_of(&self, record: &ConnectionRecord) -> bool {
        let it = &*self.0;
        (&it.connector, &it.settings, &it.quota)
            == (&record.connector, &record.settings, &record.quota)
    }

    /// Takes over what the cluster has now.
    pub fn learn(&self, record: &ConnectionRecord) -> Result<(), NoConnection> {
        if self.held().version == record.version {
            return Ok(());
        }
        let sealed = self.0.key.open(&self.0.name, &record.sealed);
        let why = || format!("the connection `{}` was sealed with another key", self.0.name);
        let secrets = sealed.ok_or_else(|| NoConnection::Yet(why()))?;
        let mut held = self.held();
        if record.version > held.version {
            let (version, refused) = (record.version, record.refused.clone());
            *held = Held { version, refused, secrets };
        }
        Ok(())
    }

    async fn renew(&self, id: &str, stale: &Secret) -> Result<Secret, CredentialError> {
        let _turn = self.0.turn.lock().await;
        let version = {
            let held = self.held();
            if held.secrets.tokens.access_token != *stale {
                return self.value(&held);
            }
            if !held.secrets.tokens.renewable() {
                return Err(CredentialError::NotRefreshable(id.to_owned()));
            }
            held.version
        };
        let path = ["Connection", &*self.0.name, "refresh"];
        let failed = |source: IngressError| CredentialError::Refresh {
            id: id.to_owned(),
            source: source.into(),
        };
        let record: ConnectionRecord =
            self.0.ingress.call(&path, None, &Stale { version }).await.map_err(failed)?;
        self.learn(&record).map_err(|why| CredentialError::Refresh {
            id: id.to_owned(),
            source: format!("{why:?}").into(),
        })?;
        self.value(&self.held())
    }

    fn value(&self, held: &Held) -> Result<Secret, CredentialError> {
        match &held.refused {
            None => Ok(held.secrets.tokens.access_token.clone()),
            Some(why) => Err(CredentialError::NeedsReconnect {
                connection: self.0.name.clone(),
                why: why.clone(),
            }),
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Credentials for SharedCredentials {
    /// Whether the connector may have them was looked at when the connection was put together.
    async fn get(&self, _asker: &Binding, id: &str) -> Result<Option<Secret>, CredentialError> {
        let (token, due) = {
            let held = self.held();
            if held.secrets.credential != id {
                return Ok(None);
            }
            let tokens = &held.secrets.tokens;
            let due =
                tokens.expires_at.is_some_and(|end| end <= (now_ms() / 1000).saturating_add(EARLY));
            (self.value(&held)?, due && tokens.renewable())
        };
        match due {
            false => Ok(Some(token)),
            true => self.renew(id, &token).await.map(Some),
        }
    }

    async fn secrets(&self, _asker: &Binding) -> Vec<Secret> {
        let held = self.held();
        let SharedSecrets { tokens, client, .. } = &held.secrets;
        let client = client.as_ref().map(|client| &client.secret);
        let all = [Some(&tokens.access_token), tokens.refresh_token.as_ref(), client];
        all.into_iter().flatten().cloned().collect()
    }

    async fn client_secret(&self, _asker: &Binding) -> Result<Option<Secret>, CredentialError> {
        Ok(self.held().secrets.client.as_ref().map(|client| client.secret.clone()))
    }

    async fn refresh(
        &self,
        _asker: &Binding,
        id: &str,
        stale: &Secret,
    ) -> Result<Secret, CredentialError> {
        self.renew(id, stale).await
    }
}

impl fmt::Debug for SharedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedCredentials").field("name", &self.0.name).finish_non_exhaustive()
    }
}
