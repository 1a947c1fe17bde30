//! How a request goes out: its method, where its credential is, and by what a service knows it again.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connector_host::contract::Context;
use connector_host::{
    Call, Connection, Error, FixedCredentials, NoopObserver, Permission, Secret, rule,
};
use serde_json::{Value, json};

use crate::support::{Script, TOKEN, lost, ok, run, scripted, status};

fn connection(script: &Arc<Script>) -> Connection {
    let credentials = [
        ("account", Secret::pair("AC1", TOKEN)),
        ("query-key", Secret::new(TOKEN)),
        ("robot", Secret::new(TOKEN)),
        ("api-key", Secret::new(TOKEN)),
    ];
    let credentials = credentials.map(|(id, secret)| (id.to_owned(), secret));
    scripted(script)
        .credentials(Arc::new(FixedCredentials::new(credentials)))
        .permission(Permission { unlisted: true, ..Permission::default() })
        .build()
        .unwrap()
}

/// The rule that was broken; nothing was sent.
async fn refused(input: Value) -> &'static str {
    let script = Script::new([]);
    let failure = run(&connection(&script), "request", input).await.unwrap_err();
    assert_eq!(script.count(), 0);
    match failure {
        Error::Refused { rule, .. } => rule,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_credential_is_where_the_descriptor_says() {
    let basic = format!("Basic {}", STANDARD.encode(format!("AC1:{TOKEN}")));
    for (id, authorization, query) in [
        ("account", Some(basic), None),
        ("robot", Some(format!("Bot {TOKEN}")), None),
        ("query-key", None, Some(format!("key={TOKEN}"))),
    ] {
        let script = Script::new([ok(), ok()]);
        let connection = connection(&script);
        for (url, given) in [
            ("https://api.example.com/", None),
            ("https://api.example.com/?a=b%20c", Some("a=b%20c")),
        ] {
            run(&connection, "request", json!({"credential": id, "url": url})).await.unwrap();
            let seen = script.seen().pop().unwrap();
            assert_eq!(seen.authorization, authorization, "{id}");
            let query: Vec<&str> = given.into_iter().chain(query.as_deref()).collect();
            let sent = seen.url.split_once('?').map_or("", |(_, query)| query);
            assert_eq!(sent, query.join("&"), "{id}");
        }
    }
}

/// By RFC 7617 a key alone is a user with an empty password.
#[tokio::test]
async fn a_key_alone_is_a_user() {
    let script = Script::new([ok()]);
    let key = [("account".to_owned(), Secret::new("sk_1"))];
    let connection =
        scripted(&script).credentials(Arc::new(FixedCredentials::new(key))).build().unwrap();
    run(&connection, "request", json!({"credential": "account"})).await.unwrap();
    let expected = format!("Basic {}", STANDARD.encode("sk_1:"));
    assert_eq!(script.seen()[0].authorization, Some(expected));
}

#[tokio::test]
async fn any_method_goes_out_but_one_that_opens_a_tunnel() {
    let script = Script::new([ok(), ok()]);
    for method in ["PROPFIND", "M-SEARCH"] {
        run(&connection(&script), "request", json!({"method": method})).await.unwrap();
        assert_eq!(script.seen()[0].method, method);
    }
    for method in
        ["CONNECT", "connect", "propfind", "PROP FIND", "GET /\r\nx:", "", "DELETE", "PUT"]
    {
        assert_eq!(refused(json!({"method": method})).await, rule::METHOD, "{method:?}");
    }
}

/// The keys under which requests were sent.
fn keys(script: &Script) -> Vec<String> {
    let key = |headers: &reqwest::header::HeaderMap| {
        headers["idempotency-key"].to_str().unwrap().to_owned()
    };
    script.seen().iter().map(|seen| key(&seen.headers)).collect()
}

fn known_again() -> Value {
    json!({"method": "post", "effect": "idempotent", "idempotency-header": "idempotency-key"})
}

#[tokio::test(start_paused = true)]
async fn a_repeated_request_is_known_again_and_another_is_not() {
    let script = Script::new([lost(), status(503), ok(), ok()]);
    let connection = connection(&script);
    run(&connection, "request", known_again()).await.unwrap();
    let sent = keys(&script);
    assert_eq!(sent.len(), 3);
    assert!(sent[0].len() >= 16 && sent.iter().all(|key| *key == sent[0]), "{sent:?}");
    run(&connection, "request", known_again()).await.unwrap();
    assert_ne!(keys(&script), [sent[0].clone()], "another call");
}

/// Whoever begins a call again in the same context, as an engine that lost the answer does.
#[tokio::test]
async fn a_call_that_is_begun_again_sends_the_same_key() {
    let script = Script::new([ok(), ok(), ok()]);
    for name in ["mine", "mine", "another"] {
        let context = Context::new(name, "2026-01-02T03:04:05Z");
        let call = Call::Action { id: "request".into(), input: known_again().to_string() };
        connection(&script).run_in(context, call, &mut NoopObserver).await.unwrap();
    }
    let sent = keys(&script);
    assert_eq!(sent[0], sent[1]);
    assert_ne!(sent[0], sent[2]);
}

#[tokio::test]
async fn the_key_takes_nobody_elses_header() {
    for name in ["authorization", "Host", "content-length", "proxy-x", "a b", ""] {
        let input = json!({"idempotency-header": name});
        assert_eq!(refused(input).await, rule::REQUEST_HEADER, "{name:?}");
    }
    let own = json!({"headers": [["X-Key", "1"]], "idempotency-header": "x-key"});
    assert_eq!(refused(own).await, rule::REQUEST_HEADER);
    let credentials = json!({"credential": "api-key", "idempotency-header": "X-Api-Key"});
    assert_eq!(refused(credentials).await, rule::REQUEST_HEADER);
}
