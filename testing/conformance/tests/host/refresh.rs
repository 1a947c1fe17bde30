//! A refused credential is refreshed once, and new tokens are stored before they are used.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use connector_auth::{Client, OAuth, Status, Tokens, Vault, VaultCredentials};
use connector_host::contract::connection::Grant;
use connector_host::contract::{CredentialSource, Response};
use connector_host::{
    Clock, Connection, CredentialError, Credentials, Error, FixedCredentials, Outgoing, Secret,
    Transport, TransportError,
};
use serde_json::{Value, json};

use crate::support::{Script, TOKEN, answer, fixture, lost, ok, run, scripted, status};
use crate::vault::{asker, draft, open};

const ID: &str = "access-token";
const NAME: &str = "mine";

fn tokens(access: &str, refresh: Option<&str>) -> Tokens {
    Tokens { refresh_token: refresh.map(Secret::new), ..Tokens::pasted(Secret::new(access)) }
}

fn oauth(transport: Arc<dyn Transport>) -> OAuth {
    let client = Client { id: "app".into(), secret: Secret::new("app-secret") };
    OAuth::new(fixture().descriptor(), ID, "production", client, transport).unwrap()
}

/// A vault with a connection that has [`TOKEN`].
fn vault(folder: &Path) -> Vault {
    let vault = open(folder);
    vault.put(&draft(NAME)).unwrap();
    vault.store(NAME, ID, &tokens(TOKEN, Some("refresh-1"))).unwrap();
    vault
}

fn credentials(vault: &Vault, transport: &Arc<impl Transport + 'static>) -> Arc<VaultCredentials> {
    Arc::new(vault.credentials(NAME, asker()).unwrap().oauth(ID, oauth(transport.clone())))
}

fn refresh_token(vault: &Vault) -> Option<Secret> {
    vault.tokens(NAME, asker(), ID).unwrap().unwrap().refresh_token
}

fn new_tokens(access: &str, refresh: &str) -> Result<Response, TransportError> {
    let data = json!({"access_token": access, "refresh_token": refresh, "expires_in": 3600});
    answer(200, &[], &json!({"data": data}).to_string())
}

fn with_credential() -> Value {
    json!({"credential": "access-token", "effect": "write", "method": "post", "text": "body"})
}

#[tokio::test]
async fn a_refused_request_is_repeated_with_a_new_token() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let script = Script::new([status(401), new_tokens("access-2", "refresh-2"), ok()]);
    let credentials = credentials(&vault, &script);
    let connection = scripted(&script).credentials(credentials).build().unwrap();
    run(&connection, "request", with_credential()).await.unwrap();
    let seen = script.seen();
    assert_eq!(seen[0].authorization, Some(format!("Bearer {TOKEN}")));
    assert_eq!(seen[1].url, "https://api.example.com/oauth/token");
    assert_eq!(seen[1].authorization.as_deref(), Some("Basic YXBwOmFwcC1zZWNyZXQ="));
    assert_eq!(seen[1].body, "grant_type=refresh_token&refresh_token=refresh-1");
    assert_eq!(seen[2].authorization.as_deref(), Some("Bearer access-2"));
    assert_eq!(seen[2].body, "body");
    assert_eq!(refresh_token(&vault), Some(Secret::new("refresh-2")));
}

#[tokio::test]
async fn a_second_refusal_is_final() {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::new([status(401), new_tokens("access-2", "refresh-2"), status(401)]);
    let credentials = credentials(&vault(folder.path()), &script);
    let connection = scripted(&script).credentials(credentials).build().unwrap();
    let error = run(&connection, "request", with_credential()).await.unwrap_err();
    assert!(matches!(error, Error::Connector(_)), "{error}");
    assert_eq!(script.count(), 3);
}

#[tokio::test]
async fn without_a_way_to_refresh_the_connector_has_the_last_word() {
    let script = Script::new([status(401)]);
    let fixed = FixedCredentials::new([(ID.to_owned(), Secret::new(TOKEN))]);
    let connection = scripted(&script).credentials(Arc::new(fixed)).build().unwrap();
    let error = run(&connection, "request", with_credential()).await.unwrap_err();
    assert_eq!(error.json()["kind"], "unauthenticated");
    let connection = scripted(&script).build().unwrap();
    let error = run(&connection, "request", with_credential()).await.unwrap_err();
    assert_eq!(error.to_string(), "the credential `access-token` has no value; connect first");
}

/// Answers like a service that rotates, and looks into the vault when the new token arrives.
struct Service(Vault);

#[async_trait]
impl Transport for Service {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        if request.url.path() == "/oauth/token" {
            return new_tokens("access-2", "refresh-2");
        }
        if request.headers["authorization"] != "Bearer access-2" {
            return status(401);
        }
        assert_eq!(refresh_token(&self.0), Some(Secret::new("refresh-2")), "stored before use");
        ok()
    }
}

#[tokio::test]
async fn new_tokens_are_on_disk_before_they_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let service = Arc::new(Service(open(folder.path())));
    let connection = Connection::builder(fixture())
        .credentials(credentials(&vault, &service))
        .transport(service)
        .build()
        .unwrap();
    run(&connection, "request", with_credential()).await.unwrap();
}

#[tokio::test]
async fn many_callers_share_one_refresh() {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::new([new_tokens("access-2", "refresh-2")]);
    let one = credentials(&vault(folder.path()), &script);
    // As another process sees it.
    let other = credentials(&open(folder.path()), &script);
    let stale = Secret::new(TOKEN);
    let (a, b, c) = tokio::join!(
        one.refresh(asker(), ID, &stale),
        one.refresh(asker(), ID, &stale),
        other.refresh(asker(), ID, &stale)
    );
    for new in [a, b, c] {
        assert_eq!(new.unwrap(), Secret::new("access-2"));
    }
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn many_callers_share_one_failure() {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::new([status(503), status(503), lost()]);
    let credentials = credentials(&vault(folder.path()), &script);
    let stale = Secret::new(TOKEN);
    let (a, b) = tokio::join!(
        credentials.refresh(asker(), ID, &stale),
        credentials.refresh(asker(), ID, &stale)
    );
    for failed in [a, b] {
        assert!(matches!(failed, Err(CredentialError::Refresh { .. })), "{failed:?}");
    }
    assert_eq!(script.count(), 3, "three tries, for both of them");
}

/// A service that has rotated and takes its time to say so.
struct Slow;

#[async_trait]
impl Transport for Slow {
    async fn exchange(&self, _: Outgoing) -> Result<Response, TransportError> {
        tokio::time::sleep(Duration::from_millis(50)).await;
        new_tokens("access-2", "refresh-2")
    }
}

#[tokio::test]
async fn a_refresh_that_nobody_waits_for_is_still_stored() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let credentials = credentials(&vault, &Arc::new(Slow));
    let stale = Secret::new(TOKEN);
    let refresh = credentials.refresh(asker(), ID, &stale);
    assert!(tokio::time::timeout(Duration::from_millis(10), refresh).await.is_err());
    // The next caller takes its turn after the first refresh, and finds it done.
    assert_eq!(credentials.refresh(asker(), ID, &stale).await.unwrap(), Secret::new("access-2"));
    assert_eq!(refresh_token(&vault), Some(Secret::new("refresh-2")));
}

#[tokio::test]
async fn whoever_connects_again_during_a_refresh_wins() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let credentials = credentials(&vault, &Arc::new(Slow));
    let stale = Secret::new(TOKEN);
    let refresh = credentials.refresh(asker(), ID, &stale);
    let connect = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        vault.store(NAME, ID, &tokens("access-9", Some("refresh-9"))).unwrap();
    };
    let (new, ()) = tokio::join!(refresh, connect);
    assert_eq!(new.unwrap(), Secret::new("access-9"));
    assert_eq!(refresh_token(&vault), Some(Secret::new("refresh-9")));

    let stale = Secret::new("access-9");
    let refresh = credentials.refresh(asker(), ID, &stale);
    let forget = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        vault.forget(NAME).unwrap();
    };
    let (new, ()) = tokio::join!(refresh, forget);
    assert!(matches!(new, Err(CredentialError::Missing(_))), "{new:?}");
    assert!(vault.connections().unwrap().is_empty());
}

/// A service that makes the vault impossible to change before it answers.
struct Saboteur(std::path::PathBuf, Script);

#[async_trait]
impl Transport for Saboteur {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        if request.url.path() == "/oauth/token" {
            let trigger = "CREATE TRIGGER full BEFORE UPDATE OF access_token ON credential
                BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
            rusqlite::Connection::open(&self.0).unwrap().execute_batch(trigger).unwrap();
        }
        self.1.exchange(request).await
    }
}

#[tokio::test]
async fn tokens_that_cannot_be_stored_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let script = Script::of([status(401), new_tokens("access-2", "refresh-2"), ok()]);
    let saboteur = Arc::new(Saboteur(folder.path().join("vault.db"), script));
    let connection = Connection::builder(fixture())
        .credentials(credentials(&vault, &saboteur))
        .transport(saboteur.clone())
        .build()
        .unwrap();
    let error = run(&connection, "request", with_credential()).await.unwrap_err();
    assert_eq!(error.to_string(), "the vault's database: the disk is full");
    assert_eq!(saboteur.1.count(), 2, "the new token is never sent");
    assert_eq!(refresh_token(&vault), Some(Secret::new("refresh-1")), "nothing is half written");
}

#[tokio::test]
async fn a_refused_refresh_needs_a_person_and_is_not_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let refused = answer(400, &[], r#"{"error": "invalid_grant", "message": "revoked"}"#);
    let script = Script::new([status(401), refused]);
    let connection = scripted(&script).credentials(credentials(&vault, &script)).build().unwrap();
    for _ in 0..3 {
        let error = run(&connection, "request", with_credential()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "the connection `mine` has to be connected again: the token endpoint refused with \
             status 400: invalid_grant: revoked"
        );
    }
    assert_eq!(script.count(), 2);
    let status = open(folder.path()).connection(NAME).unwrap().status;
    assert!(matches!(status, Status::NeedsReconnect { .. }), "{status:?}");
    vault.store(NAME, ID, &tokens("access-3", None)).unwrap();
    assert_eq!(vault.connection(NAME).unwrap().status, Status::Authenticated);
    let again = credentials(&vault, &script).get(asker(), ID).await.unwrap();
    assert_eq!(again, Some(Secret::new("access-3")));
}

#[tokio::test]
async fn a_wrong_client_secret_does_not_end_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let refused = answer(400, &[], r#"{"error": "invalid_client"}"#);
    let script = Script::new([refused, new_tokens("access-2", "refresh-2")]);
    let credentials = credentials(&vault, &script);
    let stale = Secret::new(TOKEN);
    let error = credentials.refresh(asker(), ID, &stale).await.unwrap_err();
    assert!(matches!(error, CredentialError::Refresh { .. }), "{error}");
    assert_eq!(vault.connection(NAME).unwrap().status, Status::Authenticated);
    assert_eq!(credentials.refresh(asker(), ID, &stale).await.unwrap(), Secret::new("access-2"));
}

/// The tokens were given out, and nobody knows them.
#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_asked_for_again_until_the_service_refuses() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let script = Script::new([lost(), lost(), lost(), status(400)]);
    let stale = Secret::new(TOKEN);
    let error = credentials(&vault, &script).refresh(asker(), ID, &stale).await.unwrap_err();
    assert!(matches!(error, CredentialError::Refresh { .. }), "{error}");
    assert_eq!(vault.connection(NAME).unwrap().status, Status::Authenticated);
    // Also by a caller to whom the token looks good.
    let error = credentials(&open(folder.path()), &script).get(asker(), ID).await.unwrap_err();
    let CredentialError::NeedsReconnect { why, .. } = error else { panic!("{error}") };
    assert!(why.starts_with("a refresh was interrupted and its answer lost"), "{why}");
}

/// A clock that the test sets, at a second that no token was ever stored in.
fn clock() -> (Arc<AtomicU64>, Clock) {
    let now = Arc::new(AtomicU64::new(2_000_000_000));
    let shown = now.clone();
    (now, Clock::new(move || shown.load(Ordering::Relaxed)))
}

/// Tokens of an hour, and what answers to a refresh.
fn for_an_hour(
    folder: &Path,
    answers: impl IntoIterator<Item = Result<Response, TransportError>>,
) -> (Arc<AtomicU64>, Arc<Script>, VaultCredentials) {
    let (now, clock) = clock();
    let vault = vault(folder).with_clock(clock.clone());
    let end = now.load(Ordering::Relaxed) + 3600;
    let hour = Tokens { expires_at: Some(end), ..tokens(TOKEN, Some("refresh-1")) };
    vault.store(NAME, ID, &hour).unwrap();
    let script = Script::new(answers);
    let oauth = oauth(script.clone()).clock(clock);
    (now, script, vault.credentials(NAME, asker()).unwrap().oauth(ID, oauth))
}

#[tokio::test]
async fn a_token_is_renewed_shortly_before_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let (now, script, credentials) =
        for_an_hour(folder.path(), [new_tokens("access-2", "refresh-2")]);
    now.fetch_add(3600 - 301, Ordering::Relaxed);
    assert_eq!(credentials.get(asker(), ID).await.unwrap(), Some(Secret::new(TOKEN)));
    now.fetch_add(1, Ordering::Relaxed);
    for _ in 0..2 {
        assert_eq!(credentials.get(asker(), ID).await.unwrap(), Some(Secret::new("access-2")));
    }
    assert_eq!(script.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn while_it_lives_a_token_is_used_although_it_cannot_be_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let unavailable = [status(500), status(500), status(500), status(500), status(500), lost()];
    let (now, script, credentials) = for_an_hour(folder.path(), unavailable);
    now.fetch_add(3600 - 60, Ordering::Relaxed);
    for _ in 0..3 {
        assert_eq!(credentials.get(asker(), ID).await.unwrap(), Some(Secret::new(TOKEN)));
    }
    assert_eq!(script.count(), 3, "not at each call");
    now.fetch_add(60, Ordering::Relaxed);
    let error = credentials.get(asker(), ID).await.unwrap_err();
    assert!(matches!(error, CredentialError::Refresh { .. }), "{error}");
}

/// Or else the token would count as good for as long as the clock was set back.
#[tokio::test]
async fn a_clock_that_was_set_back_does_not_keep_a_token_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let (now, script, credentials) =
        for_an_hour(folder.path(), [new_tokens("access-2", "refresh-2")]);
    now.fetch_sub(30, Ordering::Relaxed);
    assert_eq!(credentials.get(asker(), ID).await.unwrap(), Some(Secret::new(TOKEN)));
    now.fetch_sub(365 * 86_400, Ordering::Relaxed);
    for _ in 0..2 {
        assert_eq!(credentials.get(asker(), ID).await.unwrap(), Some(Secret::new("access-2")));
    }
    assert_eq!(script.count(), 1);
}

#[tokio::test]
async fn an_app_renews_its_own_tokens_by_asking_again() {
    let folder = tempfile::tempdir().unwrap();
    let vault = vault(folder.path());
    let own = Tokens { by_app: true, scopes: Some(vec!["read".into()]), ..tokens(TOKEN, None) };
    vault.store(NAME, ID, &own).unwrap();
    let body = r#"{"data": {"access_token": "access-2", "expires_in": 3600}}"#;
    let script = Script::new([answer(200, &[], body)]);
    let mut descriptor = fixture().descriptor().clone();
    if let CredentialSource::Oauth2(oauth) = &mut descriptor.credentials[0].source {
        oauth.grants.push(Grant::ClientCredentials);
    }
    let client = Client { id: "app".into(), secret: Secret::new("app-secret") };
    let oauth = OAuth::new(&descriptor, ID, "production", client, script.clone()).unwrap();
    let credentials = vault.credentials(NAME, asker()).unwrap().oauth(ID, oauth);
    let new = credentials.refresh(asker(), ID, &Secret::new(TOKEN)).await.unwrap();
    assert_eq!(new, Secret::new("access-2"));
    assert_eq!(script.seen()[0].body, "grant_type=client_credentials&scope=me%2Cread");
    assert!(vault.tokens(NAME, asker(), ID).unwrap().unwrap().renewable(), "the next time as well");
}
