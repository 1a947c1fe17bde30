//! A refused credential is refreshed once, and new tokens are stored before they are used.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use connector_host::contract::Response;
use connector_host::{
    Client, Connection, CredentialError, Credentials, Failure, FileCredentials, FixedCredentials,
    OAuth, Outgoing, Secret, Tokens, Transport, TransportError,
};
use serde_json::{Value, json};

use crate::support::{Script, TOKEN, answer, fixture, ok, run, scripted, status};

fn tokens(access: &str, refresh: Option<&str>) -> Tokens {
    Tokens { refresh_token: refresh.map(Secret::new), ..Tokens::pasted(Secret::new(access)) }
}

fn oauth(transport: Arc<dyn Transport>) -> OAuth {
    let client = Client { id: "app".into(), secret: Secret::new("app-secret") };
    OAuth::new(fixture().descriptor(), "access-token", "production", client, transport).unwrap()
}

async fn stored(path: &Path, transport: &Arc<Script>) -> Arc<FileCredentials> {
    let file = FileCredentials::new(path).oauth("access-token", oauth(transport.clone()));
    file.put("access-token", tokens(TOKEN, Some("refresh-1"))).await.unwrap();
    Arc::new(file)
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
    let script = Script::new([status(401), new_tokens("access-2", "refresh-2"), ok()]);
    let file = stored(&folder.path().join("tokens.json"), &script).await;
    let connection = scripted(&script).credentials(file.clone()).build().unwrap();
    run(&connection, "request", with_credential()).await.unwrap();
    let seen = script.seen();
    assert_eq!(seen[0].authorization, Some(format!("Bearer {TOKEN}")));
    assert_eq!(seen[1].url, "https://api.example.com/oauth/token");
    assert_eq!(seen[1].authorization.as_deref(), Some("Basic YXBwOmFwcC1zZWNyZXQ="));
    assert_eq!(seen[1].body, "grant_type=refresh_token&refresh_token=refresh-1");
    assert_eq!(seen[2].authorization.as_deref(), Some("Bearer access-2"));
    assert_eq!(seen[2].body, "body");
    let now = file.tokens("access-token").unwrap().unwrap();
    assert_eq!(now.refresh_token, Some(Secret::new("refresh-2")));
}

#[tokio::test]
async fn a_second_refusal_is_final() {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::new([status(401), new_tokens("access-2", "refresh-2"), status(401)]);
    let file = stored(&folder.path().join("tokens.json"), &script).await;
    let connection = scripted(&script).credentials(file).build().unwrap();
    let error = run(&connection, "request", with_credential()).await.unwrap_err();
    assert!(matches!(error, Failure::Connector(_)), "{error}");
    assert_eq!(script.count(), 3);
}

#[tokio::test]
async fn without_a_way_to_refresh_the_connector_has_the_last_word() {
    let script = Script::new([status(401)]);
    let fixed = FixedCredentials::new([("access-token".to_owned(), Secret::new(TOKEN))]);
    let connection = scripted(&script).credentials(Arc::new(fixed)).build().unwrap();
    let error = run(&connection, "request", with_credential()).await.unwrap_err();
    assert_eq!(error.json()["kind"], "unauthenticated");
    let connection = scripted(&script).build().unwrap();
    let error = run(&connection, "request", with_credential()).await.unwrap_err();
    assert_eq!(error.to_string(), "the credential `access-token` has no value; connect first");
}

/// Answers like a service that rotates, and looks at the file when the new token arrives.
struct Service(PathBuf);

#[async_trait]
impl Transport for Service {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        if request.url.path() == "/oauth/token" {
            return new_tokens("access-2", "refresh-2");
        }
        let fresh = request.headers["authorization"] == "Bearer access-2";
        if !fresh {
            return status(401);
        }
        let stored: Value = serde_json::from_slice(&std::fs::read(&self.0).unwrap()).unwrap();
        assert_eq!(stored["access-token"]["refresh_token"], "refresh-2", "stored before use");
        ok()
    }
}

#[tokio::test]
async fn new_tokens_are_on_disk_before_they_are_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let service = Arc::new(Service(path.clone()));
    let file = FileCredentials::new(&path).oauth("access-token", oauth(service.clone()));
    file.put("access-token", tokens(TOKEN, Some("refresh-1"))).await.unwrap();
    let connection = Connection::builder(fixture())
        .credentials(Arc::new(file))
        .transport(service)
        .build()
        .unwrap();
    run(&connection, "request", with_credential()).await.unwrap();
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn many_callers_share_one_refresh() {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::new([new_tokens("access-2", "refresh-2")]);
    let path = folder.path().join("tokens.json");
    let file = stored(&path, &script).await;
    // Another process: the same file, its own object.
    let other = FileCredentials::new(&path).oauth("access-token", oauth(script.clone()));
    let stale = Secret::new(TOKEN);
    let (one, two, three) = tokio::join!(
        file.refresh("access-token", &stale),
        file.refresh("access-token", &stale),
        other.refresh("access-token", &stale),
    );
    for new in [one, two, three] {
        assert_eq!(new.unwrap(), Secret::new("access-2"));
    }
    assert_eq!(script.count(), 1);
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
    let file = FileCredentials::new(folder.path().join("tokens.json"))
        .oauth("access-token", oauth(Arc::new(Slow)));
    file.put("access-token", tokens(TOKEN, Some("refresh-1"))).await.unwrap();
    let stale = Secret::new(TOKEN);
    let refresh = file.refresh("access-token", &stale);
    assert!(tokio::time::timeout(Duration::from_millis(10), refresh).await.is_err());
    // The next caller takes its turn after the first refresh, and finds it done.
    let new = file.refresh("access-token", &stale).await.unwrap();
    assert_eq!(new, Secret::new("access-2"));
    let stored = file.tokens("access-token").unwrap().unwrap();
    assert_eq!(stored.refresh_token, Some(Secret::new("refresh-2")));
}

/// A service that makes the file impossible to replace before it answers.
struct Saboteur(PathBuf, Script);

#[async_trait]
impl Transport for Saboteur {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        if request.url.path() == "/oauth/token" {
            std::fs::remove_file(&self.0).unwrap();
            std::fs::create_dir(&self.0).unwrap();
        }
        self.1.exchange(request).await
    }
}

#[tokio::test]
async fn tokens_that_cannot_be_stored_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let script = Script::of([status(401), new_tokens("access-2", "refresh-2"), ok()]);
    let saboteur = Arc::new(Saboteur(path.clone(), script));
    let file = FileCredentials::new(&path).oauth("access-token", oauth(saboteur.clone()));
    file.put("access-token", tokens(TOKEN, Some("refresh-1"))).await.unwrap();
    let connection = Connection::builder(fixture())
        .credentials(Arc::new(file))
        .transport(saboteur.clone())
        .build()
        .unwrap();
    let error = run(&connection, "request", with_credential()).await.unwrap_err();
    assert!(matches!(error, Failure::Credential(CredentialError::Store { .. })), "{error}");
    assert_eq!(saboteur.1.count(), 2, "the new token is never sent");
}

#[tokio::test]
async fn an_expired_token_is_refreshed_before_it_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::new([new_tokens("access-2", "refresh-2")]);
    let file = stored(&folder.path().join("tokens.json"), &script).await;
    let expired = Tokens { expires_at: Some(1), ..tokens(TOKEN, Some("refresh-1")) };
    file.put("access-token", expired).await.unwrap();
    assert_eq!(file.get("access-token").await.unwrap(), Some(Secret::new("access-2")));
    assert_eq!(file.get("access-token").await.unwrap(), Some(Secret::new("access-2")));
    assert_eq!(script.count(), 1);
}

#[tokio::test]
async fn a_file_that_others_can_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let file = stored(&path, &Script::new([])).await;
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    let error = file.get("access-token").await.unwrap_err();
    assert!(
        error.to_string().ends_with("others can read it; make it private (mode 600)"),
        "{error}"
    );
}

#[tokio::test]
async fn a_damaged_file_is_told_by_its_place_and_not_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tokens.json");
    let file = stored(&path, &Script::new([])).await;
    std::fs::write(&path, format!("{{\"access-token\": \"{TOKEN}\"}}")).unwrap();
    let error = file.get("access-token").await.unwrap_err();
    assert!(matches!(error, CredentialError::Store { .. }));
    assert!(!error.to_string().contains(TOKEN) && error.to_string().contains("line 1"), "{error}");
}
