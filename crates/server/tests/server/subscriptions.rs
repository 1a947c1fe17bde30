//! Events go where they are wanted, and nowhere else.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use crate::support::Stack;

type Taken = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// Takes deliveries, after it has refused the first.
async fn receiver() -> (String, Taken) {
    async fn take(State(taken): State<Taken>, headers: HeaderMap, body: String) -> StatusCode {
        let mut taken = taken.lock().unwrap();
        taken.push((headers, body));
        if taken.len() == 1 { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK }
    }
    let taken = Taken::default();
    let router = Router::new().route("/", post(take)).with_state(taken.clone());
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, taken)
}

async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(60), looking).await.expect("it comes")
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_signed_and_sent_until_it_is_taken() {
    let stack = Stack::with(|options| options.private_webhooks = true).await;
    let (url, taken) = receiver().await;
    let body = json!({"trigger": "boards.new", "url": url, "every": 1});
    let made = stack.post("/v1/mine/subscriptions", body).await;
    let (id, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    let list = || stack.get("/v1/mine/subscriptions");
    until(async || list().await["subscriptions"][0]["standing"]["polled"].as_i64()).await;
    assert!(list().await["subscriptions"][0]["secret"].is_null(), "it is told once");
    stack.post("/v1/mine/actions/boards.create", json!({"name": "Told"})).await;
    until(async || (taken.lock().unwrap().len() >= 2).then_some(())).await;
    let (headers, body) = taken.lock().unwrap()[1].clone();
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(event["data"]["name"], "Told");
    assert_eq!(headers["event-id"].to_str().unwrap(), event["id"].as_str().unwrap());
    let signature = headers["event-signature"].to_str().unwrap();
    let (time, digits) = signature.strip_prefix("t=").unwrap().split_once(",v1=").unwrap();
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let mac = mac.chain_update(time).chain_update(".").chain_update(&body).finalize().into_bytes();
    assert_eq!(mac.iter().map(|byte| format!("{byte:02x}")).collect::<String>(), digits);
    let path = format!("/v1/mine/subscriptions/{id}/events");
    let events = until(async || {
        let events = stack.get(&path).await;
        (!events["events"][0]["delivered"].is_null()).then_some(events)
    });
    assert_eq!(events.await["events"][0]["tries"], 2);
    let (status, _) =
        stack.ask(&stack.one, Method::DELETE, path.trim_end_matches("/events"), None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(list().await["subscriptions"], json!([]));
}

/// An address that somebody chose leads nowhere into the network of the server.
#[tokio::test(flavor = "multi_thread")]
async fn events_go_to_public_addresses_only() {
    let stack = Stack::start().await;
    for url in [
        "http://example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::ffff:127.0.0.1]/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://user:pass@example.com/",
        "file:///etc/passwd",
        "gopher://x/",
        "https://192.168.1.1/",
        "https://[fd00::1]/",
        "https://0/",
    ] {
        let body = json!({"trigger": "boards.new", "url": url});
        let (status, problem) =
            stack.ask(&stack.one, Method::POST, "/v1/mine/subscriptions", Some(body)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{url}: {problem}");
    }
    // A name is looked up when something is sent: it leads nowhere, and that is said.
    let body = json!({"trigger": "boards.new", "url": "https://localhost/", "every": 1});
    stack.post("/v1/mine/subscriptions", body).await;
    let list = || stack.get("/v1/mine/subscriptions");
    until(async || list().await["subscriptions"][0]["standing"]["polled"].as_i64()).await;
    stack.post("/v1/mine/actions/boards.create", json!({"name": "Nowhere"})).await;
    let why = until(async || {
        let list = list().await;
        list["subscriptions"][0]["standing"]["delivery_error"].as_str().map(str::to_owned)
    });
    assert!(why.await.contains("public"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_subscription_is_refused() {
    let stack = Stack::start().await;
    for (body, expected) in [
        (json!({"trigger": "nothing"}), StatusCode::NOT_FOUND),
        (json!({"trigger": "boards.new", "every": 0}), StatusCode::UNPROCESSABLE_ENTITY),
        (json!({"trigger": "boards.new", "wrong": 1}), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let (status, problem) =
            stack.ask(&stack.one, Method::POST, "/v1/mine/subscriptions", Some(body)).await;
        assert_eq!(status, expected, "{problem}");
    }
}
