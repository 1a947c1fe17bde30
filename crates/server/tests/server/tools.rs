//! A connection as tools for models.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use crate::support::{Stack, client};

async fn send(
    stack: &Stack,
    key: &str,
    session: Option<&str>,
    message: Value,
) -> (HeaderMap, String) {
    let mut request = client()
        .post(format!("{}/mcp/mine", stack.url))
        .bearer_auth(key)
        .header("accept", "application/json, text/event-stream");
    if let Some(session) = session {
        request = request.header("mcp-session-id", session);
    }
    let answer = request.json(&message).send().await.unwrap();
    (answer.headers().clone(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_belongs_to_a_key() {
    let stack = Stack::start().await;
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}});
    let (headers, text) = send(&stack, &stack.one, None, hello).await;
    assert!(text.contains("serverInfo"), "{text}");
    let session = headers["mcp-session-id"].to_str().unwrap();
    let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    send(&stack, &stack.one, Some(session), ready).await;
    let call = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
        "name": "read_tool", "arguments": {"name": "boards_list", "arguments": {}}}});
    let (_, text) = send(&stack, &stack.one, Some(session), call.clone()).await;
    assert!(text.contains("Autumn table"), "{text}");
    // Of another tenant the connection has this name, and no session of this one.
    let (_, text) = send(&stack, &stack.two, Some(session), call.clone()).await;
    assert!(!text.contains("Autumn table"), "{text}");
    let (_, text) = send(&stack, "cnk_wrong", Some(session), call).await;
    assert!(text.contains("unauthorized"), "{text}");
}
