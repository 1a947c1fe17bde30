//! A token that has expired is refreshed, once.

use std::time::Duration;

use connector_emulator::FaultKind;
use serde_json::json;

use crate::kept::Kept;
use crate::support::{ALWAYS, Notes, Stack, action, emulator, word};

const TOKEN: &str = "/v5/oauth/token";
/// An access token lives for 30 days, a refresh token for 60.
const MONTH: Duration = Duration::from_secs(31 * 86_400);

#[tokio::test]
async fn an_expired_token_is_refreshed_once() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = emulator().await;
    let kept = Kept::connected(&emulator, &folder).await;
    let stack = Stack::with_credentials(emulator, kept.credentials());
    let old = kept.tokens();
    stack.control.advance(MONTH);
    stack.control.forget_requests();

    let mut notes = Notes::default();
    stack.run(action("boards.list", json!({})), &mut notes).await.unwrap();
    assert!(!notes.ids.is_empty());
    assert_eq!(stack.control.count("POST", TOKEN), 1);
    assert_eq!(stack.control.count("GET", "/v5/boards"), 2);
    let new = kept.tokens();
    assert!(new.access_token != old.access_token);
    // The service gave a new one, and it replaced the old.
    assert!(new.refresh_token != old.refresh_token);

    stack.run(action("boards.list", json!({})), &mut Notes::default()).await.unwrap();
    assert_eq!(stack.control.count("POST", TOKEN), 1);
}

/// A write as well: it was refused, so nothing was done.
#[tokio::test]
async fn a_write_goes_out_again_with_the_new_token() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = emulator().await;
    let kept = Kept::connected(&emulator, &folder).await;
    let stack = Stack::with_credentials(emulator, kept.credentials());
    stack.control.advance(MONTH);
    let call = action("boards.create", json!({"name": "New"}));
    stack.run(call, &mut Notes::default()).await.unwrap();
    assert_eq!(stack.control.count("POST", "/v5/boards"), 2);
    assert!(stack.control.board_id("New").is_some());
}

#[tokio::test]
async fn a_token_that_is_refused_at_once_again_is_not_refreshed_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let emulator = emulator().await;
    let kept = Kept::connected(&emulator, &folder).await;
    let stack = Stack::with_credentials(emulator, kept.credentials());
    stack.control.forget_requests();
    stack.fault("GET", "/v5/boards", ALWAYS, FaultKind::ExpiredToken);
    let failure =
        stack.run(action("boards.list", json!({})), &mut Notes::default()).await.unwrap_err();
    assert_eq!(word(&failure), "authentication-failed");
    assert_eq!(stack.control.count("POST", TOKEN), 1);
    assert_eq!(stack.control.count("GET", "/v5/boards"), 2);
}
