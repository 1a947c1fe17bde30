//! A secret is seen by the service alone: not in logs at their loudest, not in debug output.

use std::io::Write;
use std::sync::{Arc, Mutex};

use connector_auth::{Client, OAuth, Tokens};
use connector_host::{Connection, Credentials, FixedCredentials, Http, Policy, Routes, Secret};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{TOKEN, fixture, run};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Write::write(&mut *self.0.lock().unwrap(), bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_secret_prints_as_such() {
    let secret = Secret::new(TOKEN);
    assert_eq!(format!("{secret:?} {secret:#?}"), "Secret Secret");
    let client = Client { id: "app".into(), secret: secret.clone() };
    let tokens = Tokens { refresh_token: Some(secret.clone()), ..Tokens::pasted(secret.clone()) };
    let fixed = FixedCredentials::new([("access-token".to_owned(), secret)]);
    let all = format!("{client:?} {tokens:?} {fixed:?}");
    assert!(all.contains("refresh_token") && !all.contains(TOKEN), "{all}");
}

/// The real transport, the real engine and every library below them log to one place at trace
/// level, while a token goes to the service and a refresh is refused.
#[tokio::test]
async fn no_log_holds_a_secret() {
    let log = Log::default();
    let writer = log.clone();
    // Global, so that what libraries log on other threads and through `log` is seen as well.
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let service = tokio::spawn(async move {
        let mut received = String::new();
        for status in ["200 OK", "200 OK", "401 Unauthorized"] {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 4096];
            let length = socket.read(&mut bytes).await.unwrap();
            received += &String::from_utf8_lossy(&bytes[..length]);
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            socket.write_all(answer.as_bytes()).await.unwrap();
        }
        received
    });
    let mut routes = Routes::default();
    routes.add("https://api.example.com", &address).unwrap();

    let secret = Secret::new(TOKEN);
    let known = ["access-token", "query-key"].map(|id| (id.to_owned(), secret.clone()));
    let fixed: Arc<dyn Credentials> = Arc::new(FixedCredentials::new(known));
    let connection =
        Connection::builder(fixture()).credentials(fixed).routes(routes.clone()).build().unwrap();
    let input = json!({
        "credential": "access-token", "method": "post", "text": "PRIVATE-body",
        "url": "https://api.example.com/v1/things?q=PRIVATE-query",
    });
    run(&connection, "request", input).await.unwrap();
    run(&connection, "request", json!({"credential": "query-key"})).await.unwrap();

    let client = Client { id: "app".into(), secret: secret.clone() };
    let http = Arc::new(Http::new(&Policy::default()));
    let oauth = OAuth::new(fixture().descriptor(), "access-token", "production", client, http);
    let tokens = Tokens { refresh_token: Some(secret.clone()), ..Tokens::pasted(secret) };
    let error = oauth.unwrap().routes(routes).refresh(&tokens).await.unwrap_err();

    let received = service.await.unwrap();
    assert!(received.contains(&format!("authorization: Bearer {TOKEN}")), "the service gets it");
    assert!(received.contains(&format!("refresh_token={TOKEN}")), "the service gets it");
    assert!(received.contains(&format!("GET /?key={TOKEN} ")), "the service gets it");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let own: Vec<&str> = log.lines().filter(|line| line.contains("connector_host")).collect();
    assert!(own.iter().any(|line| line.contains("https://api.example.com/v1/things ")), "{own:#?}");
    assert!(!own.iter().any(|line| line.contains("PRIVATE")), "{own:#?}");
    assert!(log.contains("hyper_util::"), "the libraries below log to the same place");
    for text in [log, error.to_string(), format!("{error:?}")] {
        assert!(!text.contains(TOKEN), "{text}");
        assert!(!text.contains("PRIVATE-body"), "{text}");
    }
}
