//! Every rule refuses what it is there for, and says its name.

use std::sync::Arc;

use connector_host::{
    ConnectionBuilder, Error, FixedCredentials, Folders, Policy, Secret, TransportError, rule,
};
use serde_json::{Value, json};

use crate::support::{Script, TOKEN, answer, ok, run, scripted};

/// Runs an action that must be refused before anything is sent.
async fn refused(connection: ConnectionBuilder, id: &str, input: Value) -> (&'static str, String) {
    match run(&connection.build().unwrap(), id, input).await {
        Err(Error::Refused { rule, message }) => (rule, message),
        other => panic!("{other:?}"),
    }
}

async fn request_refused(input: Value) -> (&'static str, String) {
    let script = Script::new([]);
    let token = [("access-token".to_owned(), Secret::new(TOKEN))];
    let connection = scripted(&script).credentials(Arc::new(FixedCredentials::new(token)));
    let refused = refused(connection, "request", input).await;
    assert_eq!(script.count(), 0, "nothing may be sent");
    refused
}

#[tokio::test]
async fn urls() {
    for url in ["https://user@api.example.com/", "https://api.example.com/#top", "/v1", "data:,x"] {
        assert_eq!(request_refused(json!({"url": url})).await.0, rule::URL, "{url}");
    }
}

#[tokio::test]
async fn https() {
    let (rule, message) = request_refused(json!({"url": "http://api.example.com/?q=1"})).await;
    assert_eq!((rule, message.as_str()), (rule::HTTPS, "a request to `http://api.example.com`"));
    // Loopback is plain only where a route leads.
    assert_eq!(request_refused(json!({"url": "http://127.0.0.1:1/"})).await.0, rule::HTTPS);
}

#[tokio::test]
async fn declared_origins() {
    let foreign = [
        "https://evil.test/",
        "https://api.example.com:444/",
        "https://api.example.com.evil.test/",
        "https://files.example.com/",
    ];
    for url in foreign {
        assert_eq!(request_refused(json!({"url": url})).await.0, rule::DECLARED_ORIGIN, "{url}");
    }
    let connection = scripted(&Script::new([ok()])).build().unwrap();
    run(&connection, "request", json!({"url": "https://a.b.files.example.com/"})).await.unwrap();
}

#[tokio::test]
async fn credentials() {
    let undeclared = json!({"credential": "password"});
    assert_eq!(request_refused(undeclared).await.0, rule::DECLARED_CREDENTIAL);
    // Declared origins, but not those of this credential in this environment.
    for url in ["https://a.files.example.com/", "https://api-sandbox.example.com/"] {
        let input = json!({"url": url, "credential": "access-token"});
        let (rule, message) = request_refused(input).await;
        assert_eq!(rule, rule::CREDENTIAL_ORIGIN, "{url}");
        assert!(message.ends_with("in the environment `production`"), "{message}");
    }
}

#[tokio::test]
async fn a_credential_follows_the_environment() {
    let script = Script::new([ok()]);
    let token = [("access-token".to_owned(), Secret::new(TOKEN))];
    let connection = scripted(&script)
        .credentials(Arc::new(FixedCredentials::new(token)))
        .settings(r#"{"environment": "sandbox"}"#)
        .build()
        .unwrap();
    let to = |url: &str| json!({"url": url, "credential": "access-token"});
    run(&connection, "request", to("https://api-sandbox.example.com/")).await.unwrap();
    assert_eq!(script.seen()[0].authorization, Some(format!("Bearer {TOKEN}")));
    assert!(run(&connection, "request", to("https://api.example.com/")).await.is_err());
}

#[tokio::test]
async fn headers() {
    for name in ["authorization", "Cookie", "host", "proxy-authorization", "transfer-encoding"] {
        let (rule, message) = request_refused(json!({"headers": [[name, "x"]]})).await;
        assert_eq!(rule, rule::REQUEST_HEADER);
        assert_eq!(message, format!("header `{name}`: only the host sets it"));
    }
    for (name, value) in [("a b", "x"), ("a", "x\r\ny: z")] {
        let (rule, _) = request_refused(json!({"headers": [[name, value]]})).await;
        assert_eq!(rule, rule::REQUEST_HEADER);
    }
    let own = json!({"headers": [["X-Api-Key", "mine"]], "credential": "api-key"});
    assert_eq!(request_refused(own).await.0, rule::REQUEST_HEADER);
    let many: Vec<Value> = (0..40_000).map(|_| json!(["x", "y"])).collect();
    let (rule, message) = request_refused(json!({ "headers": many })).await;
    assert_eq!((rule, message.as_str()), (rule::REQUEST_HEADER, "40000 headers; the limit is 100"));
    let form = json!({"headers": [["content-type", "a/b"]], "parts": [["a", null, {"text": ""}]]});
    assert_eq!(request_refused(form).await.0, rule::REQUEST_HEADER);
}

#[tokio::test]
async fn multipart_names() {
    for (name, filename) in [("a\"; b=\"", "f"), ("a\r\nb", "f"), ("a", "f\r\nx: y")] {
        let input = json!({"method": "post", "parts": [[name, filename, {"text": "t"}]]});
        assert_eq!(request_refused(input).await.0, rule::MULTIPART);
    }
}

#[tokio::test]
async fn blobs() {
    let root = tempfile::tempdir().unwrap();
    let allowed = root.path().join("allowed");
    std::fs::create_dir(&allowed).unwrap();
    std::fs::write(root.path().join("private"), "x").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(root.path().join("private"), allowed.join("link")).unwrap();
    let outside = ["../private", "../missing", "link", "../.."].map(|name| allowed.join(name));
    for path in outside {
        let connection = scripted(&Script::new([])).blobs(Arc::new(Folders::new([&allowed])));
        let input = json!({"method": "post", "parts": [["a", "f", {"blob": path}]]});
        assert_eq!(refused(connection, "request", input).await.0, rule::BLOB, "{path:?}");
    }
    let folder = scripted(&Script::new([])).blobs(Arc::new(Folders::new([&allowed])));
    let input = json!({"method": "post", "parts": [["a", "f", {"blob": allowed}]]});
    let error = run(&folder.build().unwrap(), "request", input).await.unwrap_err();
    assert!(error.to_string().contains("is not a file"), "{error}");
    let by_default = json!({"method": "post", "parts": [["a", "f", {"blob": "/etc/hostname"}]]});
    assert_eq!(request_refused(by_default).await.0, rule::BLOB);
}

#[tokio::test]
async fn redirects() {
    let moved = |to: &str| answer(302, &[("location", to)], "");
    let script = Script::new((0..11).map(|_| moved("/again")));
    let end = run(&scripted(&script).build().unwrap(), "request", json!({})).await.unwrap();
    assert_eq!(
        (end["status"].as_u64(), script.count()),
        (Some(302), 11),
        "the last one is the answer"
    );
    for to in ["https://evil.test/", "http://api.example.com/"] {
        let script = Script::new([moved(to)]);
        let end = run(&scripted(&script).build().unwrap(), "request", json!({})).await.unwrap();
        assert_eq!((end["status"].as_u64(), script.count()), (Some(302), 1), "{to}");
    }
}

#[tokio::test]
async fn response_size() {
    let script = Script::new([Err(TransportError::TooLarge(10))]);
    let (rule, message) = refused(scripted(&script), "request", json!({})).await;
    assert_eq!(rule, rule::RESPONSE_SIZE);
    assert_eq!(message, "the response is larger than 10 bytes");
    assert_eq!(script.count(), 1, "a repeat would be as large");
}

#[tokio::test]
async fn steps() {
    let policy = Policy { steps: 50, ..Policy::default() };
    let connection = scripted(&Script::new([])).policy(policy);
    let (rule, message) = refused(connection, "emit-forever", json!({})).await;
    assert_eq!((rule, message.as_str()), (rule::STEPS, "the call took more than 50 steps"));
}

#[tokio::test]
async fn checkpoint_size() {
    let connection = || scripted(&Script::new([]));
    let (rule, message) = refused(connection(), "checkpoint", json!({"number": 1_048_577})).await;
    assert_eq!(rule, rule::CHECKPOINT_SIZE);
    assert_eq!(message, "a checkpoint of 1048577 bytes; the limit is 1048576");
    let largest =
        run(&connection().build().unwrap(), "checkpoint", json!({"number": 1_048_576})).await;
    assert!(matches!(largest, Err(Error::Connector(_))), "the connector gets its own nonsense");
}

#[tokio::test]
async fn pauses() {
    let (rule, message) =
        refused(scripted(&Script::new([])), "pause", json!({"number": 86_400_001})).await;
    assert_eq!(rule, rule::PAUSE);
    assert_eq!(message, "a pause of 86400001 ms; the limit is 86400000 ms");
}
