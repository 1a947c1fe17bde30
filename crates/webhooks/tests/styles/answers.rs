//! Deliveries from the request to the events, with a connector whose webhooks are data alone.

use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector_host::contract::{Delivery, Header, Response};
use connector_host::{
    Clock, Connection, Connector, Engine, EngineOptions, FixedCredentials, Outgoing, Secret,
    Transport, TransportError,
};
use connector_webhooks::{Answer, Fault, Next, Subscription, Verdict, Webhook, delivery};
use serde_json::{Value, json};

const SIGNING_SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
const CLIENT_SECRET: &str = "client-secret-of-the-app";
const NOW: u64 = 1_800_000_000;

/// Built beforehand, by the same command that builds any connector.
static CONNECTOR: LazyLock<Connector> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm32-unknown-unknown");
    let path = target.join("release/webhooks_connector.wasm");
    let engine = Engine::new(EngineOptions::default()).expect("the engine starts");
    Connector::load(&engine, &path)
        .unwrap_or_else(|error| panic!("{}: {error}: run `make fixtures`", path.display()))
});

/// Answers requests in order, and keeps what was asked.
#[derive(Default)]
struct Service {
    answers: Mutex<Vec<(u16, Value)>>,
    asked: Mutex<Vec<String>>,
}

#[async_trait]
impl Transport for Service {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        self.asked.lock().unwrap().push(format!("{} {}", request.method, request.url));
        let (status, body) = self.answers.lock().unwrap().remove(0);
        let content_type = Header { name: "content-type".into(), value: "application/json".into() };
        Ok(Response { status, headers: vec![content_type], body: body.to_string().into_bytes() })
    }
}

fn connection(service: &Arc<Service>) -> Connection {
    let pasted = [("signing-secret".to_owned(), Secret::new(SIGNING_SECRET))];
    let credentials = FixedCredentials::new(pasted).client_secret(Secret::new(CLIENT_SECRET));
    let builder = Connection::builder(CONNECTOR.clone()).credentials(Arc::new(credentials));
    builder.transport(service.clone()).build().unwrap()
}

fn quiet() -> Connection {
    connection(&Arc::default())
}

async fn webhook(connection: &Connection, id: &str) -> Webhook {
    let webhook = Webhook::find(connection, id).await.unwrap();
    webhook.clock(Clock::new(|| NOW))
}

fn sent(method: &str, query: &str, headers: &[(&str, &str)], body: &str) -> Delivery {
    let headers = headers.iter().map(|(name, value)| (*name, value.as_bytes()));
    delivery(method, "https://hooks.example/4f1c", &format!("/{query}"), headers, body.into())
        .unwrap()
}

fn hex(key: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let tag = hmac::sign(&key, text.as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(answer: &Answer) -> &str {
    str::from_utf8(&answer.body).unwrap()
}

/// As Slack signs.
fn message(body: &str, time: u64) -> Delivery {
    let signature = format!("v0={}", hex(SIGNING_SECRET, &format!("v0:{time}:{body}")));
    let time = time.to_string();
    let headers = [("X-Slack-Request-Timestamp", &*time), ("X-Slack-Signature", &*signature)];
    sent("POST", "", &headers, body)
}

#[tokio::test]
async fn a_challenge_in_the_body_is_repeated() {
    let connection = quiet();
    let webhook = webhook(&connection, "messages.posted").await;
    let body = r#"{"type": "url_verification", "challenge": "3eZbrw1a\"<b>"}"#;
    for delivery in [message(body, NOW), sent("POST", "", &[], body)] {
        let answer = webhook.answer(&connection, None, &delivery).await.unwrap();
        assert_eq!((answer.status, text(&answer)), (200, "3eZbrw1a\"<b>"));
        assert_eq!(answer.next, Next::Nothing);
        let types = answer.headers.iter().find(|header| header.name == "content-type").unwrap();
        assert_eq!(types.value, "text/plain; charset=utf-8");
    }
    // A wrong signature is not shown to the connector, whatever it signs.
    let answer = webhook.answer(&connection, None, &message(body, NOW - 301)).await.unwrap();
    let old = Verdict::Wrong(Fault::Time(std::time::Duration::from_secs(301)));
    assert_eq!((answer.status, text(&answer), &answer.verdict), (401, "", &old));
}

#[tokio::test]
async fn an_event_at_a_shared_address_is_for_its_accounts() {
    let connection = quiet();
    let webhook = webhook(&connection, "messages.posted").await;
    assert!(webhook.is_shared());
    let body = r#"{"type": "event_callback", "event_id": "Ev1", "team_id": "T1"}"#;
    let answer = webhook.answer(&connection, None, &message(body, NOW)).await.unwrap();
    assert_eq!((answer.status, &answer.verdict), (200, &Verdict::Right));
    assert_eq!(answer.next, Next::ReceiveFor(vec!["T1".into()]));
    let unsigned = sent("POST", "", &[], body);
    let answer = webhook.answer(&connection, None, &unsigned).await.unwrap();
    assert_eq!((answer.status, answer.next), (401, Next::Nothing));

    let subscription = Subscription::new(json!({}), Secret::new("{}"));
    let received = webhook.receive(&connection, &subscription, message(body, NOW)).await.unwrap();
    assert_eq!(received.events[0]["id"], "Ev1");
    assert_eq!(received.events[0]["data"]["team_id"], "T1");
}

#[tokio::test]
async fn a_challenge_in_the_address_is_repeated() {
    let connection = quiet();
    let webhook = webhook(&connection, "pages.changed").await;
    let query = "?hub.mode=subscribe&hub.challenge=11%2058%C3%A4&hub.verify_token=v";
    let answer = webhook.answer(&connection, None, &sent("GET", query, &[], "")).await.unwrap();
    assert_eq!((answer.status, text(&answer), &answer.next), (200, "11 58ä", &Next::Nothing));

    let body = r#"{"object": "page"}"#;
    let signature = format!("sha256={}", hex(CLIENT_SECRET, body));
    let event = sent("POST", "", &[("X-Hub-Signature-256", &signature)], body);
    let answer = webhook.answer(&connection, None, &event).await.unwrap();
    assert_eq!((answer.status, answer.next), (200, Next::Receive));
    // What is no JSON now will be none when it is sent again.
    let signature = format!("sha256={}", hex(CLIENT_SECRET, "no JSON"));
    let odd = sent("POST", "", &[("x-hub-signature-256", &signature)], "no JSON");
    let answer = webhook.answer(&connection, None, &odd).await.unwrap();
    assert_eq!((answer.status, answer.next), (400, Next::Nothing));

    // Who has no secret of the app cannot tell, and has it sent again.
    let poor = Connection::builder(CONNECTOR.clone()).build().unwrap();
    let answer = webhook.answer(&poor, None, &event).await.unwrap();
    assert_eq!((answer.status, answer.next), (503, Next::Nothing));
    let said = "the client secret, which signatures are checked with, is missing";
    assert_eq!(answer.verdict.to_string(), said);
}

#[tokio::test]
async fn a_key_that_comes_with_a_greeting_is_taken_once() {
    let connection = quiet();
    let webhook = webhook(&connection, "tasks.changed").await;
    let before = Secret::new(r#"{"id": "7"}"#);
    let greeting = sent("POST", "", &[("X-Hook-Secret", "k1")], "");
    let answer = webhook.answer(&connection, Some(&before), &greeting).await.unwrap();
    assert_eq!((answer.status, answer.next), (200, Next::Nothing));
    let repeated = answer.headers.iter().any(|it| it.name == "x-hook-secret" && it.value == "k1");
    assert!(repeated, "{:?}", answer.headers);
    let kept = answer.subscription.unwrap();
    let content: Value = serde_json::from_str(kept.expose()).unwrap();
    assert_eq!(content, json!({"id": "7", "secret": "k1"}));

    // Nobody can say another key later.
    let other = sent("POST", "", &[("X-Hook-Secret", "k2")], "");
    let answer = webhook.answer(&connection, Some(&kept), &other).await.unwrap();
    assert_eq!(answer.subscription, None);
    let signed = |key: &str| {
        let signature = hex(key, r#"{"id": "1"}"#);
        sent("POST", "", &[("x-hook-signature", &signature)], r#"{"id": "1"}"#)
    };
    let answer = webhook.answer(&connection, Some(&kept), &signed("k1")).await.unwrap();
    assert_eq!((answer.status, answer.next), (200, Next::Receive));
    let answer = webhook.answer(&connection, Some(&kept), &signed("k2")).await.unwrap();
    assert_eq!((answer.status, answer.next), (401, Next::Nothing));
    // As long as there is no key, events are acknowledged and no more.
    let answer = webhook.answer(&connection, Some(&before), &signed("k1")).await.unwrap();
    assert_eq!((answer.status, answer.next), (200, Next::Nothing));
    assert_eq!(answer.verdict, Verdict::NoKeyYet);
}

#[tokio::test]
async fn a_subscription_is_made_renewed_and_ended() {
    let service = Arc::new(Service::default());
    *service.answers.lock().unwrap() = vec![
        (201, json!({"id": "c1", "key": "key-1", "expires_at": "2027-01-15T08:00:00Z"})),
        (200, json!({"id": "c1", "expires_at": "2027-01-22T08:00:00Z"})),
        (404, json!({"message": "Not found."})),
    ];
    let connection = connection(&service);
    let webhook = webhook(&connection, "files.changed").await;
    let config = json!({"folder": "photos"});
    let address = "https://hooks.example/4f1c";
    let made = webhook.subscribe(&connection, config, address).await.unwrap();
    let since = "2027-01-08T08:00:00Z".parse().unwrap();
    let due = made.renew_at(since).unwrap().unwrap();
    assert_eq!(due.to_string(), "2027-01-14T08:00:00Z");

    let key = hmac::Key::new(hmac::HMAC_SHA512, b"key-1");
    let body = r#"{"id": "f1"}"#;
    let signature = STANDARD.encode(hmac::sign(&key, body.as_bytes()).as_ref());
    let event = sent("POST", "", &[("x-signature", &signature)], body);
    let renewed = webhook.renew(&connection, &made).await.unwrap();
    assert_eq!(renewed.expires_at().unwrap().unwrap().to_string(), "2027-01-22T08:00:00Z");
    for subscription in [&made, &renewed] {
        let content = Some(&subscription.content);
        let answer = webhook.answer(&connection, content, &event).await.unwrap();
        assert_eq!(answer.next, Next::Receive);
        let received = webhook.receive(&connection, subscription, event.clone()).await.unwrap();
        assert_eq!(received.events[0]["id"], "f1");
    }
    // One that has gone already is no error.
    webhook.unsubscribe(&connection, &renewed).await.unwrap();
    let asked = service.asked.lock().unwrap();
    let channels = "https://api.example.com/channels";
    let all = [
        format!("POST {channels}"),
        format!("POST {channels}/c1/renew"),
        format!("DELETE {channels}/c1"),
    ];
    assert_eq!(*asked, all);
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let connection = quiet();
    let error = Webhook::find(&connection, "boards.made").await.unwrap_err();
    assert_eq!(
        (error.to_string(), error.status()),
        ("there is no webhook `boards.made`".into(), 503)
    );
}
