//! What browsers and strangers try.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::{Stack, client};

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_keeps_browsers_from_helping_others() {
    let stack = Stack::start().await;
    let body = json!({"connector": "pinterest", "name": "x"});
    let link = stack.post("/v1/connections", body).await["url"].as_str().unwrap().to_owned();
    let path = link.strip_prefix(&stack.url).unwrap();
    for path in
        ["/", path, "/callback?state=x&code=y", "/v1/me", "/healthz", "/nothing", "/connect/x"]
    {
        let url = format!("{}{path}", stack.url);
        let answer =
            client().get(&url).header("origin", "https://evil.example").send().await.unwrap();
        let header = |name: &str| answer.headers().get(name).map(|it| it.to_str().unwrap());
        assert!(
            header("content-security-policy").unwrap().contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(header("x-frame-options"), Some("DENY"), "{path}");
        assert_eq!(header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(header("referrer-policy"), Some("same-origin"), "{path}");
        assert_eq!(header("access-control-allow-origin"), None, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_lead_to_nothing_else() {
    let stack = Stack::start().await;
    let address = stack.url.strip_prefix("http://").unwrap();
    for path in [
        "/../../etc/passwd",
        "/assets/../../Cargo.toml",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//evil.example",
        "/v1/..%2f..%2fserver.db/runs",
        "/v1/mine%00/runs",
        "/v1/mine/runs/..%2f..%2ftenant.db",
        "/connect/..%2f..%2f",
        "/assets/%5c..%5c",
        "/v1/mine/subscriptions/..%2f..%2fx/events",
    ] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let key = &stack.one;
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status: u16 = answer.split(' ').nth(1).unwrap().parse().unwrap();
        assert!((400..500).contains(&status), "{path}: {answer}");
        assert!(!answer.contains("root:") && !answer.contains("[package]"), "{path}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_have_a_limit() {
    let stack = Stack::start().await;
    let url = format!("{}/v1/mine/actions/boards.create", stack.url);
    let large = vec![b' '; 100 << 20];
    let request = client().post(url).bearer_auth(&stack.one);
    let request = request.header("content-type", "application/json").body(large).send();
    // The server may end the connection before all of it was sent.
    match timeout(Duration::from_secs(60), request).await.unwrap() {
        Ok(answer) => assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE),
        Err(error) => assert!(error.is_request(), "{error:?}"),
    }
    assert_eq!(stack.get("/v1/me").await["tenant"], "one");
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let deep = client()
        .post(format!("{}/v1/mine/actions/boards.create", stack.url))
        .bearer_auth(&stack.one)
        .header("content-type", "application/json")
        .body(format!("{{\"name\": {deep}}}"));
    assert_eq!(deep.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
}

/// Who sends a head and no end of it keeps nobody else from being answered.
#[tokio::test(flavor = "multi_thread")]
async fn slow_clients_hold_nobody_up() {
    let stack = Stack::start().await;
    let address = stack.url.strip_prefix("http://").unwrap();
    let mut slow = Vec::new();
    for _ in 0..200 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await.unwrap();
        slow.push(stream);
    }
    assert_eq!(stack.get("/v1/me").await["tenant"], "one");
    let mut rest = Vec::new();
    let ended = timeout(Duration::from_secs(120), slow[0].read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the server ends it by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_has_so_many_places() {
    let stack = Stack::with(|options| options.limits.calls = 0).await;
    let (status, problem) =
        stack.ask(&stack.one, Method::POST, "/v1/mine/actions/boards.list", Some(json!({}))).await;
    assert_eq!((status, &problem["code"]), (StatusCode::TOO_MANY_REQUESTS, &json!("busy")));
    assert_eq!(stack.get("/v1/me").await["tenant"], "one");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_sent_ahead() {
    let stack = Stack::start().await;
    let url = format!("{}/v1/mine/files?name=a.png", stack.url);
    let sent =
        client().post(url).bearer_auth(&stack.one).body(vec![1_u8; 5000]).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::CREATED);
    let raw: serde_json::Value = sent.json().await.unwrap();
    let form = reqwest::multipart::Form::new()
        .part("file", reqwest::multipart::Part::bytes(vec![1_u8; 5000]).file_name("../../b.png"));
    let url = format!("{}/v1/mine/files", stack.url);
    let sent = client().post(url).bearer_auth(&stack.one).multipart(form).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::CREATED);
    let formed: serde_json::Value = sent.json().await.unwrap();
    assert_eq!((&raw["size"], &formed["size"]), (&json!(5000), &json!(5000)));
    assert!(raw["file"].as_str().unwrap().ends_with("/a.png"));
    assert!(formed["file"].as_str().unwrap().ends_with("/b.png"));
    assert_ne!(raw["file"], formed["file"]);
}

/// A form holds the input and its files at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_pinned_by_a_form() {
    let stack = Stack::start().await;
    let board = stack.control.board_id("Autumn table").unwrap();
    let input = json!({"board_id": board, "title": "By a form",
        "media_source": {"source_type": "image_base64", "content_type": "image/png"}});
    let png = include_bytes!("picture.png").to_vec();
    let form = reqwest::multipart::Form::new()
        .text("input", input.to_string())
        .part("media_source.data", reqwest::multipart::Part::bytes(png).file_name("a.png"));
    let url = format!("{}/v1/mine/actions/pins.create", stack.url);
    let sent = client().post(url).bearer_auth(&stack.one).multipart(form).send().await.unwrap();
    let (status, text) = (sent.status(), sent.text().await.unwrap());
    assert_eq!(status, StatusCode::OK, "{text}");
    assert!(text.contains("By a form"), "{text}");
}
