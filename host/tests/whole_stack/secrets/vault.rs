//! Remembers every secret that passes through, to look for it later.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use connector_host::{CredentialError, Credentials, FileCredentials, Secret};

use crate::support::CREDENTIAL;

pub struct Vault {
    file: Arc<FileCredentials>,
    pub seen: Mutex<Vec<String>>,
}

impl Vault {
    pub fn new(file: Arc<FileCredentials>, client_secret: &str) -> Vault {
        let vault = Vault { file, seen: Mutex::new(vec![client_secret.to_owned()]) };
        vault.look();
        vault
    }

    fn look(&self) {
        let tokens = self.file.tokens(CREDENTIAL).unwrap().unwrap();
        let mut seen = self.seen.lock().unwrap();
        for secret in [Some(tokens.access_token), tokens.refresh_token].iter().flatten() {
            if !seen.iter().any(|known| known == secret.expose()) {
                seen.push(secret.expose().to_owned());
            }
        }
    }
}

#[async_trait]
impl Credentials for Vault {
    async fn get(&self, id: &str) -> Result<Option<Secret>, CredentialError> {
        let secret = self.file.get(id).await;
        self.look();
        secret
    }

    async fn refresh(&self, id: &str, stale: &Secret) -> Result<Secret, CredentialError> {
        let secret = self.file.refresh(id, stale).await;
        self.look();
        secret
    }
}
