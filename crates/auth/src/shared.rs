//! Connections that several machines share: what is secret of them, sealed under a key that all of these
//! have, so that it may be kept where others look.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector_host::{Binding, Seal, Secret};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use crate::oauth::Client;
use crate::tokens::Tokens;
use crate::vault::VaultError;
use crate::vault::key::parse;
use crate::vault::seal::Cipher;

/// What the sealed text is bound to, besides the name of its connection.
const PURPOSE: &str = "shared connection";

/// The key. Clones are the same key.
#[derive(Clone)]
pub struct SharedKey {
    cipher: Arc<Cipher>,
    seal: Seal,
}

/// What is secret of a connection, and whom it may be used by.
#[derive(Clone, Debug)]
pub struct SharedSecrets {
    /// The connector that the connection was made with, and the places that it was made for.
    pub binding: Binding,
    /// The id of the credential that the tokens are for.
    pub credential: String,
    /// Its value, and how it is renewed.
    pub tokens: Tokens,
    /// The app that renews them, where there is one.
    pub client: Option<Client>,
}

impl SharedKey {
    /// 32 bytes in base64. Fails with [`VaultError::Key`] when it is anything else.
    pub fn new(text: &Secret) -> Result<Self, VaultError> {
        let cipher = Arc::new(Cipher::new(&parse(text)?));
        Ok(SharedKey { cipher, seal: Seal::derived(text) })
    }

    /// What marks what these machines hand to each other in clear.
    pub fn marks(&self) -> &Seal {
        &self.seal
    }

    /// The secrets of the connection of this name, as base64. They open under no other name.
    pub fn seal(&self, connection: &str, secrets: &SharedSecrets) -> String {
        let text = Zeroizing::new(secrets.json().to_string());
        STANDARD.encode(self.cipher.seal(&[PURPOSE, connection], &Secret::new(text.as_str())))
    }

    /// None when they were not sealed for this connection, or with another key.
    pub fn open(&self, connection: &str, sealed: &str) -> Option<SharedSecrets> {
        let sealed = STANDARD.decode(sealed).ok()?;
        let text = self.cipher.open(&[PURPOSE, connection], &sealed)?;
        SharedSecrets::read(&serde_json::from_str(text.expose()).ok()?)
    }
}

impl SharedSecrets {
    fn json(&self) -> Value {
        let Tokens { access_token, refresh_token, expires_at, refresh_expires_at, .. } =
            &self.tokens;
        json!({
            "binding": self.binding.to_json(),
            "credential": self.credential,
            "user": access_token.user(),
            "access_token": access_token.expose(),
            "expires_at": expires_at,
            "refresh_token": refresh_token.as_ref().map(Secret::expose),
            "refresh_expires_at": refresh_expires_at,
            "scopes": self.tokens.scopes,
            "by_app": self.tokens.by_app,
            "client": self.client.as_ref().map(|client| json!([client.id, client.secret.expose()])),
        })
    }

    fn read(json: &Value) -> Option<Self> {
        let text = |name: &str| json[name].as_str();
        let access_token = match text("user") {
            Some(user) => Secret::pair(user, text("access_token")?),
            None => Secret::new(text("access_token")?),
        };
        let tokens = Tokens {
            expires_at: json["expires_at"].as_u64(),
            refresh_token: text("refresh_token").map(Secret::new),
            refresh_expires_at: json["refresh_expires_at"].as_u64(),
            scopes: serde_json::from_value(json["scopes"].clone()).ok()?,
            by_app: json["by_app"].as_bool()?,
            ..Tokens::pasted(access_token)
        };
        let client = json["client"].as_array().and_then(|client| {
            let [id, secret] = client.as_slice() else { return None };
            Some(Client { id: id.as_str()?.into(), secret: Secret::new(secret.as_str()?) })
        });
        let binding = Binding::from_json(text("binding")?)?;
        Some(SharedSecrets { binding, credential: text("credential")?.into(), tokens, client })
    }
}

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SharedKey {
        SharedKey::new(&Secret::new(STANDARD.encode([byte; 32]))).unwrap()
    }

    #[test]
    fn what_is_sealed_for_a_connection_opens_for_that_one_alone() {
        let tokens = Tokens {
            expires_at: Some(7),
            refresh_token: Some(Secret::new("refresh")),
            scopes: Some(vec!["read".into()]),
            ..Tokens::pasted(Secret::pair("me", "access"))
        };
        let client = Some(Client { id: "app".into(), secret: Secret::new("secret") });
        let binding = Binding::nothing("example");
        let secrets = SharedSecrets { binding, credential: "token".into(), tokens, client };
        let sealed = key(1).seal("mine", &secrets);
        let opened = key(1).open("mine", &sealed).unwrap();
        assert_eq!(opened.json(), secrets.json());
        assert_eq!(opened.tokens.access_token.user(), Some("me"));
        assert!(key(1).open("yours", &sealed).is_none());
        assert!(key(2).open("mine", &sealed).is_none());
        assert!(SharedKey::new(&Secret::new("short")).is_err());
    }
}
