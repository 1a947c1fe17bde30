//! A stored connection is used by the connector that it was made with, for what it was made for.

use std::sync::Arc;

use connector_auth::{Client, OAuth, Tokens, Vault, VaultError};
use connector_host::contract::{CredentialSource, Descriptor};
use connector_host::{Binding, Connection, CredentialError, Credentials, Secret};
use serde_json::json;

use crate::support::{Script, TOKEN, fixture, ok, run, scripted, status};
use crate::vault::{asker, draft, open};

const ID: &str = "access-token";
const NAME: &str = "mine";

fn vault(folder: &tempfile::TempDir) -> Vault {
    let vault = open(folder.path());
    vault.put(&draft(NAME)).unwrap();
    let tokens = Tokens::pasted(Secret::new(TOKEN));
    let tokens = Tokens { refresh_token: Some(Secret::new("refresh-1")), ..tokens };
    vault.store(NAME, ID, &tokens).unwrap();
    vault
}

/// The fixture with something else in its descriptor.
fn changed(change: impl FnOnce(&mut Descriptor)) -> Descriptor {
    let mut descriptor = fixture().descriptor().clone();
    change(&mut descriptor);
    descriptor
}

fn other_connector() -> Binding {
    Binding::of(&changed(|it| it.id = "other".into()))
}

fn other_token_url(descriptor: &mut Descriptor) {
    for credential in &mut descriptor.credentials {
        if let CredentialSource::Oauth2(oauth) = &mut credential.source {
            for endpoints in &mut oauth.endpoints {
                endpoints.token_url = "https://evil.example/token".into();
            }
        }
    }
}

/// All ways to what is secret.
fn refusals(vault: &Vault, asker: &Binding) -> Vec<VaultError> {
    let id = vault.connection(NAME).unwrap().id;
    let kept = vault.keep_subscription(&id, "thing.sent", "{}", &Secret::new("{}")).unwrap();
    vec![
        vault.credentials(NAME, asker).expect_err("credentials"),
        vault.tokens(NAME, asker, ID).expect_err("tokens"),
        vault.client(NAME, asker).expect_err("client"),
        vault.subscription(&id, asker, &kept).expect_err("subscription"),
        vault.connection_for(NAME, asker).expect_err("connection"),
    ]
}

#[test]
fn another_connector_gets_nothing_whatever_anybody_says() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder);
    for error in refusals(&vault, &other_connector()) {
        assert!(matches!(error, VaultError::OtherConnector { .. }), "{error}");
    }
    let error = vault.trust(NAME, &other_connector()).unwrap_err().to_string();
    let said = "the connection `mine` was made with the connector `fixture`, and `other` cannot use \
                it; take another connection, or connect under another name";
    assert_eq!(error, said);
    assert!(vault.credentials(NAME, asker()).is_ok());
}

#[test]
fn a_connector_that_asks_for_more_waits_for_a_persons_word() {
    for change in [
        (|it| it.origins.push("https://evil.example".into())) as fn(&mut Descriptor),
        other_token_url,
    ] {
        let folder = tempfile::tempdir().unwrap();
        let vault = vault(&folder);
        let wider = Binding::of(&changed(change));
        for error in refusals(&vault, &wider) {
            assert!(matches!(&error, VaultError::Changed { .. }), "{error}");
            assert!(error.to_string().contains("evil.example"), "{error}");
        }
        vault.trust(NAME, &wider).unwrap();
        assert!(vault.credentials(NAME, &wider).is_ok());
        // Who asks for less than was agreed to needs no word.
        let origins = wider.changes(asker()).iter().all(|change| change.after.is_none());
        assert_eq!(vault.credentials(NAME, asker()).is_ok(), origins);
    }
}

#[test]
fn who_connects_again_with_more_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder);
    let binding = Binding::of(&changed(other_token_url));
    let entry = vault.put(&connector_auth::ConnectionSpec { binding, ..draft(NAME) }).unwrap();
    assert_eq!(entry.credentials, [], "they were not given for that");
}

/// Whoever embeds the host may mix things up: the credentials look at who asks each time.
#[tokio::test]
async fn the_credentials_of_one_connector_are_none_for_another() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder);
    let credentials = vault.credentials(NAME, asker()).unwrap();
    let error = credentials.get(&other_connector(), ID).await.unwrap_err();
    assert!(matches!(VaultError::of(&error), Some(VaultError::OtherConnector { .. })), "{error}");
    let stale = Secret::new(TOKEN);
    let script = Script::new([]);
    let client = Client { id: "app".into(), secret: Secret::new("app-secret") };
    let elsewhere = changed(other_token_url);
    let oauth = OAuth::new(&elsewhere, ID, "production", client, script.clone()).unwrap();
    let credentials = credentials.oauth(ID, oauth);
    // The connector is the right one, and its tokens would be renewed somewhere else.
    let error = credentials.refresh(asker(), ID, &stale).await.unwrap_err();
    assert!(matches!(error, CredentialError::OtherEndpoint(_)), "{error}");
    let error = credentials.refresh(&Binding::of(&elsewhere), ID, &stale).await.unwrap_err();
    assert!(matches!(VaultError::of(&error), Some(VaultError::Changed { .. })), "{error}");
    assert_eq!(script.count(), 0);
}

/// A process that has opened a connection is not served when another connector takes its place.
#[tokio::test]
async fn a_connection_that_is_made_anew_is_lost_to_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder);
    let script = Script::new([ok(), status(500)]);
    let credentials = Arc::new(vault.credentials(NAME, asker()).unwrap());
    let connection: Connection = scripted(&script).credentials(credentials).build().unwrap();
    let call = json!({"credential": ID, "effect": "read", "method": "get"});
    run(&connection, "request", call.clone()).await.unwrap();
    vault
        .put(&connector_auth::ConnectionSpec { binding: other_connector(), ..draft(NAME) })
        .unwrap();
    vault.store(NAME, ID, &Tokens::pasted(Secret::new("another"))).unwrap();
    let error = run(&connection, "request", call).await.unwrap_err();
    assert_eq!(error.json()["kind"], "other-connector");
    assert_eq!(script.count(), 1);
}

/// Who can write the database does not widen a binding, nor move one.
#[test]
fn a_binding_is_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(&folder);
    let wider = Binding::of(&changed(|it| it.origins.push("https://evil.example".into())));
    vault.put(&connector_auth::ConnectionSpec { binding: wider.clone(), ..draft("wide") }).unwrap();
    let sql = rusqlite::Connection::open(folder.path().join("vault.db")).unwrap();
    let set =
        |what: &str| sql.execute(&format!("UPDATE connection SET {what} WHERE name = 'mine'"), []);
    set("binding = (SELECT binding FROM connection WHERE name = 'wide')").unwrap();
    assert!(matches!(vault.credentials(NAME, &wider), Err(VaultError::Damaged(_))));
    set("binding = NULL").unwrap();
    assert!(matches!(vault.credentials(NAME, &wider), Err(VaultError::Unbound(_))));
    vault.trust(NAME, asker()).unwrap();
    set("connector = 'other'").unwrap();
    for asker in [asker(), &other_connector()] {
        let error = vault.credentials(NAME, asker).err().unwrap();
        assert!(matches!(error, VaultError::OtherConnector { .. }), "{error}");
    }
}
