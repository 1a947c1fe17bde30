//! What the service refuses is told in its terms, and asked for once.

use connector_emulator::{FaultKind, TokenSpec};
use serde_json::json;

use crate::support::{ALWAYS, BOARD, Notes, Stack, action, word};

#[tokio::test]
async fn an_unknown_board_is_named_as_such() {
    let stack = Stack::start().await;
    let call = action("board_pins.list", json!({"board_id": "1"}));
    assert_eq!(stack.why(call).await, "board-not-found");
    assert_eq!(stack.control.requests().len(), 1);
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let stack = Stack::with_token(TokenSpec::with_scopes(&["boards:read"])).await;
    let call = action("boards.create", json!({"name": "New"}));
    let failure = stack.run(call, &mut Notes::default()).await.unwrap_err();
    assert_eq!(word(&failure), "missing-scope");
    assert!(failure.to_string().contains("boards:write"), "{failure}");
    assert_eq!(stack.control.requests().len(), 1);
}

#[tokio::test]
async fn trial_access_is_told_from_other_refusals() {
    let stack = Stack::with_token(TokenSpec::trial()).await;
    let source = json!({"source_type": "image_url", "url": "https://images.example.com/a.jpg"});
    let input = json!({"board_id": stack.control.board_id(BOARD).unwrap(), "media_source": source});
    assert_eq!(stack.why(action("pins.create", input)).await, "trial-access");
    assert_eq!(stack.control.requests().len(), 1);
}

/// The place that the redirect leads to is another listener, which never hears of it.
#[tokio::test]
async fn a_redirect_is_not_followed_with_a_credential() {
    let stack = Stack::start().await;
    let elsewhere = stack.emulator.sandbox_origin() + "/v5/boards";
    for (method, call) in [
        ("GET", action("boards.list", json!({}))),
        ("POST", action("boards.create", json!({"name": "New"}))),
    ] {
        let kind = FaultKind::Redirect(elsewhere.clone());
        stack.fault(method, "/v5/boards", ALWAYS, kind);
        assert_eq!(stack.why(call).await, "redirected");
    }
    assert!(stack.emulator.sandbox_control().requests().is_empty());
    assert_eq!(stack.control.requests().len(), 2);
}
