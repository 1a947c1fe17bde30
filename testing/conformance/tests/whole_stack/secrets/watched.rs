//! Remembers every secret that passes through, to look for it later.

use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use connector_auth::VaultCredentials;
use connector_host::{Binding, CredentialError, Credentials, Secret};

use super::search::Haystack;
use crate::component;
use crate::kept::{Kept, NAME};

pub struct Watched {
    pub kept: Kept,
    credentials: Arc<VaultCredentials>,
    pub seen: Mutex<Vec<String>>,
}

impl Watched {
    pub fn new(kept: Kept) -> Watched {
        let client = kept.vault.client(NAME, component::connector().binding()).unwrap().unwrap();
        let seen = Mutex::new(vec![client.secret.expose().to_owned()]);
        let watched = Watched { credentials: kept.credentials(), kept, seen };
        watched.look();
        watched
    }

    pub fn look(&self) {
        let tokens = self.kept.tokens();
        let mut seen = self.seen.lock().unwrap();
        for secret in [Some(tokens.access_token), tokens.refresh_token].iter().flatten() {
            if !seen.iter().any(|known| known == secret.expose()) {
                seen.push(secret.expose().to_owned());
            }
        }
    }

    /// What the vault tells, and what its files hold but for the key. The key itself becomes one
    /// of the secrets.
    pub fn write_down(&self, folder: &Path, hay: &mut Haystack) {
        hay.add("entry", format!("{:?}", self.kept.vault.connections().unwrap()));
        let client = self.kept.vault.client(NAME, component::connector().binding());
        hay.add("entry", format!("{client:?} {:?}", self.kept.tokens()));
        for file in ["vault.db", "vault.db-wal", "vault.db-shm", "vault.lock"] {
            hay.add("vault", std::fs::read(folder.join(file)).unwrap());
        }
        let key = std::fs::read_to_string(folder.join("vault.key")).unwrap();
        self.seen.lock().unwrap().push(key);
    }
}

#[async_trait]
impl Credentials for Watched {
    async fn get(&self, asker: &Binding, id: &str) -> Result<Option<Secret>, CredentialError> {
        let secret = self.credentials.get(asker, id).await;
        self.look();
        secret
    }

    async fn refresh(
        &self,
        asker: &Binding,
        id: &str,
        stale: &Secret,
    ) -> Result<Secret, CredentialError> {
        let secret = self.credentials.refresh(asker, id, stale).await;
        self.look();
        secret
    }
}
