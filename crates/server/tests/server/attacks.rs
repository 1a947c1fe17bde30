//! What a hostile holder of a key has tried.

use std::time::Duration;

use connector_server::Right;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::support::{Stack, client};

async fn keyed(
    stack: &Stack,
    key: &str,
    path: &str,
    idempotency: &str,
    body: &Value,
) -> (StatusCode, Value) {
    let request = client().post(format!("{}{path}", stack.url)).bearer_auth(key);
    let answer = request.header("idempotency-key", idempotency).json(body).send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

/// A list of what was made is a write like any other.
#[tokio::test(flavor = "multi_thread")]
async fn a_write_that_answers_with_a_list_is_done_once() {
    let stack = Stack::start().await;
    let described = stack.get("/v1/connectors/pinterest/actions/campaigns.create_many").await;
    assert_eq!((&described["shape"], &described["effect"]), (&json!("items"), &json!("write")));
    let input = described["examples"][0]["input"].clone();
    let path = "/v1/mine/actions/campaigns.create_many";
    let first = keyed(&stack, &stack.one, path, "a", &input).await;
    assert_eq!(first.0, StatusCode::OK, "{}", first.1);
    assert_eq!(first.1["next"], Value::Null, "nobody goes on with a write");
    assert_eq!(keyed(&stack, &stack.one, path, "a", &input).await, first);
    let runs = stack.get("/v1/mine/runs").await;
    assert_eq!(runs["runs"].as_array().unwrap().len(), 1);
    // What changes something is done whole, however few are wanted.
    let all = first.1["items"].as_array().unwrap().len();
    let limited = keyed(&stack, &stack.one, &format!("{path}?limit=1"), "b", &input).await;
    assert_eq!(limited.1["items"].as_array().unwrap().len(), all);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_on_with_a_list_is_of_its_action() {
    let stack = Stack::start().await;
    let next = stack.get("/v1/mine/actions/pins.list?page_size=1").await["next"].clone();
    let path = format!("/v1/mine/actions/boards.list?next={}", next.as_str().unwrap());
    let (status, problem) = stack.ask(&stack.one, Method::GET, &path, None).await;
    assert_eq!((status, &problem["code"]), (StatusCode::BAD_REQUEST, &json!("bad-request")));
}

/// Who may not write does not keep others from it, and gets nothing of theirs.
#[tokio::test(flavor = "multi_thread")]
async fn idempotency_keys_are_of_their_holder() {
    let stack = Stack::start().await;
    let reader = stack.key(&[Right::Read]).await;
    let (path, body) = ("/v1/mine/actions/boards.create", json!({"name": "Mine"}));
    assert_eq!(keyed(&stack, &reader, path, "same", &body).await.0, StatusCode::FORBIDDEN);
    let made = keyed(&stack, &stack.one, path, "same", &body).await;
    assert_eq!(made.0, StatusCode::OK);
    assert_eq!(keyed(&stack, &reader, path, "same", &body).await.0, StatusCode::FORBIDDEN);
    // However many ask again at once, each gets what it came to.
    let again = (0..20).map(|_| keyed(&stack, &stack.one, path, "same", &body));
    for again in futures_util::future::join_all(again).await {
        assert_eq!(again, made);
    }
    let missing = json!({"board_id": "1"});
    let path = "/v1/mine/actions/boards.delete";
    let failed = keyed(&stack, &stack.one, path, "gone", &missing).await;
    assert_eq!(keyed(&stack, &stack.one, path, "gone", &missing).await.0, failed.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_is_a_problem() {
    let stack = Stack::start().await;
    for (method, path) in [
        (Method::POST, "/v1/mine/actions/boards.list?limit=x"),
        (Method::GET, "/v1/mine/runs?limit=-1"),
        (Method::GET, "/v1/nothing"),
        (Method::PUT, "/v1/me"),
        (Method::GET, "/v1/%ff/runs"),
    ] {
        let answer = stack.send(&stack.one, method, path, Some(json!({}))).await;
        assert!(answer.status().is_client_error(), "{path}");
        assert_eq!(answer.headers()["content-type"], "application/problem+json", "{path}");
    }
    let request =
        client().request("X".repeat(5000).parse().unwrap(), format!("{}/v1/me", stack.url));
    request.send().await.unwrap();
    let metrics = stack.get("/metrics").await.to_string();
    assert!(
        metrics.contains("OTHER") && !metrics.contains("XXXX"),
        "words of strangers are no labels"
    );
    let evil = "/mcp/x%22%2C%20resource_metadata%3D%22https%3A%2F%2Fevil.example";
    let answer = stack.send("wrong", Method::POST, evil, Some(json!({}))).await;
    let told = answer.headers()["www-authenticate"].to_str().unwrap();
    assert_eq!(told.matches('"').count(), 2, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_stand_for_one_thing() {
    let stack = Stack::start().await;
    let id = stack.get("/v1/connections/mine").await["id"].as_str().unwrap().to_owned();
    for name in [&*id, "", " x", "me", "a\u{7}", &"x".repeat(65)] {
        let body = json!({"connector": "pinterest", "name": name});
        let (status, _) = stack.ask(&stack.one, Method::POST, "/v1/connections", Some(body)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{name:?}");
    }
    let large =
        json!({"connector": "pinterest", "name": "x", "settings": {"a": "b".repeat(100_000)}});
    let (status, _) = stack.ask(&stack.one, Method::POST, "/v1/connections", Some(large)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let url = format!("{}/v1/mine/files?name={}", stack.url, "漢".repeat(100));
    let sent = client().post(url).bearer_auth(&stack.one).body("x").send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::CREATED);
}

/// Who leaves before the answer has done it all the same.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_knows_what_nobody_waited_for() {
    let stack = Stack::start().await;
    let address = stack.url.strip_prefix("http://").unwrap();
    let body = r#"{"name": "Unseen"}"#;
    let request = format!(
        "POST /v1/mine/actions/boards.create HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        stack.one,
        body.len()
    );
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    while stack.control.count("POST", "/v5/boards") == 0 {
        sleep(Duration::from_millis(10)).await;
    }
    drop(stream);
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {
        "name": "call_tool", "arguments": {"name": "boards_create", "arguments": {"name": "By a model"}}}});
    let request =
        client().post(format!("{}/mcp/mine", stack.url)).bearer_auth(&stack.one).json(&call);
    request.header("accept", "application/json, text/event-stream").send().await.unwrap();
    for _ in 0..500 {
        let entries = stack.get("/v1/audit").await["entries"].to_string();
        if entries.contains("run boards.create") && entries.contains("mcp call_tool boards_create")
        {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("it is not in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_key_goes_what_it_has_begun() {
    let stack = Stack::start().await;
    let made =
        stack.post("/v1/keys", json!({"name": "x", "rights": ["read", "write", "connect"]})).await;
    let (id, key) = (made["id"].as_str().unwrap(), made["key"].as_str().unwrap());
    let body = json!({"trigger": "boards.new", "every": 1});
    stack.ask(key, Method::POST, "/v1/mine/subscriptions", Some(body)).await;
    let body = json!({"connector": "pinterest", "name": "later"});
    let link = stack.ask(key, Method::POST, "/v1/connections", Some(body)).await.1;
    let link = link["url"].as_str().unwrap();
    assert_eq!(client().get(link).send().await.unwrap().status(), StatusCode::OK);
    stack.ask(&stack.one, Method::DELETE, &format!("/v1/keys/{id}"), None).await;
    let list = stack.get("/v1/mine/subscriptions").await;
    assert_eq!(list["subscriptions"][0]["watched"], false);
    assert_eq!(client().get(link).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_with_secrets_are_not_kept() {
    let stack = Stack::start().await;
    let url = format!("{}/v1/mine/actions/catalog_feeds.list", stack.url);
    let request = client().post(url).bearer_auth(&stack.one).header("prefer", "respond-async");
    let answer = request.json(&json!({})).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().await.unwrap().contains("secret-output"));
}

/// A run that nobody waits for is one of the tenant's calls, too.
#[tokio::test(flavor = "multi_thread")]
async fn runs_take_places() {
    let stack = Stack::with(|options| options.limits.calls = 2).await;
    let board = stack.control.board_id("Autumn table").unwrap();
    stack.control.seed_pins(&board, 2000);
    let mut busy = 0;
    for _ in 0..12 {
        let url = format!("{}/v1/mine/actions/pins.list", stack.url);
        let request = client().post(url).bearer_auth(&stack.one).header("prefer", "respond-async");
        let answer = request.json(&json!({"page_size": 1})).send().await.unwrap();
        busy += usize::from(answer.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(busy, 10);
}

/// A socket on which a body is left ends with the answer, which says so: otherwise a caller's next request on it would
/// be lost.
#[tokio::test(flavor = "multi_thread")]
async fn an_answer_before_the_body_came_ends_the_socket_and_says_so() {
    let stack = Stack::start().await;
    let address = stack.url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let head = "POST /mcp/mine HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n";
    for sent in [head.to_owned(), format!("{head}0123456789")] {
        let mut stream = TcpStream::connect(&address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
        assert!(answer.to_lowercase().contains("\r\nconnection: close\r\n"), "{answer}");
    }
    // One that is read stays open.
    let body = r#"{"name":"Kept"}"#;
    let key = &stack.one;
    let request = format!(
        "POST /v1/mine/actions/boards.create HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(&address).await.unwrap();
    for _ in 0..2 {
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = vec![0; 16 << 10];
        let length = stream.read(&mut answer).await.unwrap();
        let answer = String::from_utf8_lossy(&answer[..length]).to_lowercase();
        assert!(
            answer.starts_with("http/1.1 ") && !answer.contains("connection: close"),
            "{answer}"
        );
    }
}
