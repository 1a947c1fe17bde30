//! What lacks a scope is refused before it is sent.

use connector_host::contract::ErrorKind;
use connector_host::{Error, FixedCredentials, Secret};
use serde_json::{Value, json};

use crate::support::{Script, TOKEN, ok, run, scripted};
use std::sync::Arc;

fn credentials() -> Arc<FixedCredentials> {
    let token = |id: &str| (id.to_owned(), Secret::new(TOKEN));
    Arc::new(FixedCredentials::new([token("access-token"), token("api-key")]))
}

async fn send(
    script: &Arc<Script>,
    granted: Option<&[&str]>,
    credential: Value,
) -> Result<Value, Error> {
    let granted = granted.map(|granted| granted.iter().map(ToString::to_string).collect());
    let connection = scripted(script).credentials(credentials()).granted(granted).build()?;
    run(&connection, "request", json!({"credential": credential})).await
}

#[tokio::test]
async fn a_call_that_lacks_a_scope_sends_nothing() {
    let script = Script::new([]);
    let refused = send(&script, Some(&["me", "read"]), json!("access-token")).await.unwrap_err();
    let Error::Connector(error) = refused else { panic!("{refused}") };
    assert_eq!((error.kind, &*error.code), (ErrorKind::Forbidden, "missing-scope"));
    assert_eq!(error.message, "`request` needs scopes that were not granted: write");
    assert_eq!(error.advice.as_deref(), Some("Connect again and grant write."));
    assert_eq!(script.count(), 0);
}

#[tokio::test]
async fn a_call_that_has_its_scopes_or_may_have_them_is_sent() {
    let script = Script::new([ok(), ok(), ok(), ok()]);
    send(&script, Some(&["write"]), json!("access-token")).await.unwrap();
    send(&script, None, json!("access-token")).await.unwrap();
    // Scopes are those of the access token, and nobody else's.
    send(&script, Some(&[]), json!("api-key")).await.unwrap();
    send(&script, Some(&[]), Value::Null).await.unwrap();
    assert_eq!(script.count(), 4);
}
