//! A key does what it may, whatever it asks for.

use connector_server::Right;
use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::Stack;

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_key_sends_reads_only() {
    let stack = Stack::start().await;
    let key = stack.key(&[Right::Read]).await;
    let connectors = stack.get("/v1/connectors/pinterest/actions").await;
    stack.control.forget_requests();
    let mut refused = 0;
    for action in connectors.as_array().unwrap() {
        let id = action["id"].as_str().unwrap();
        let described = stack.get(&format!("/v1/connectors/pinterest/actions/{id}")).await;
        let input = described["examples"][0]["input"].clone();
        let body = if input.is_object() { input } else { json!({}) };
        let path = format!("/v1/mine/actions/{id}");
        let (status, problem) = stack.ask(&key, Method::POST, &path, Some(body)).await;
        refused += usize::from(status == StatusCode::FORBIDDEN);
        assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{id}: {problem}");
        let sent = stack.control.requests();
        stack.control.forget_requests();
        // Some read by a POST.
        if action["effect"] != "read" {
            assert!(sent.iter().all(|request| request.method == "GET"), "{id}");
        }
    }
    assert!(refused > 50, "{refused}");
    for (method, path) in [
        (Method::POST, "/v1/connections"),
        (Method::POST, "/v1/mine/subscriptions"),
        (Method::POST, "/v1/mine/files"),
        (Method::GET, "/v1/keys"),
        (Method::GET, "/v1/audit"),
        (Method::DELETE, "/v1/connections/mine"),
    ] {
        let body = json!({"connector": "pinterest", "name": "x", "trigger": "boards.new"});
        let (status, _) = stack.ask(&key, method, path, Some(body)).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_writing_key_takes_nothing_away() {
    let stack = Stack::start().await;
    let key = stack.key(&[Right::Read, Right::Write]).await;
    let body = Some(json!({"name": "Kept"}));
    let made = stack.ask(&key, Method::POST, "/v1/mine/actions/boards.create", body).await;
    let id = made.1["id"].clone();
    let body = Some(json!({"board_id": id}));
    let (status, problem) =
        stack.ask(&key, Method::POST, "/v1/mine/actions/boards.delete", body).await;
    assert_eq!(status, StatusCode::FORBIDDEN, "{problem}");
    assert_eq!(stack.post("/v1/mine/actions/boards.get", json!({"board_id": id})).await["id"], id);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_what_he_has_not() {
    let stack = Stack::start().await;
    let key = stack.key(&[Right::Read, Right::Admin]).await;
    let body = |rights: &[Right]| Some(json!({"name": "more", "rights": rights}));
    let (status, _) = stack.ask(&key, Method::POST, "/v1/keys", body(&[Right::Write])).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, made) = stack.ask(&key, Method::POST, "/v1/keys", body(&[Right::Read])).await;
    assert_eq!(status, StatusCode::CREATED);
    let made_key = made["key"].as_str().unwrap().to_owned();
    assert_eq!(stack.ask(&made_key, Method::GET, "/v1/me", None).await.0, StatusCode::OK);
    let path = format!("/v1/keys/{}", made["id"].as_str().unwrap());
    assert_eq!(stack.ask(&key, Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
    assert_eq!(stack.ask(&made_key, Method::GET, "/v1/me", None).await.0, StatusCode::UNAUTHORIZED);
}
