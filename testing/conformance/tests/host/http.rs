//! Real HTTP against a server on loopback, reached through a route.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use connector_host::{
    Connection, ConnectionBuilder, Error, FixedCredentials, Folders, Policy, Routes, Secret, rule,
};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{TOKEN, fixture, run};

/// Answers each connection with the next text, then closes it; keeps what it was sent.
pub struct Server {
    pub address: String,
    received: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub async fn start(answers: Vec<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = received.clone();
        tokio::spawn(async move {
            for answer in answers {
                let (mut socket, _) = listener.accept().await.unwrap();
                let request = read_request(&mut socket).await;
                kept.lock().unwrap().push(request);
                socket.write_all(&answer).await.unwrap();
            }
        });
        Server { address, received }
    }

    pub fn received(&self) -> Vec<String> {
        self.received.lock().unwrap().clone()
    }
}

/// The head, and as much body as its content length says.
pub async fn read_request(socket: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(": ")?;
                name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().unwrap())
            });
            if body.len() >= length.unwrap_or(0) {
                return text;
            }
        }
        assert!(socket.read_buf(&mut bytes).await.unwrap() > 0, "the request ends early");
    }
}

pub fn text(answer: &str) -> Vec<u8> {
    answer.replace('\n', "\r\n").into_bytes()
}

fn quick() -> Policy {
    Policy { backoff: Duration::from_millis(1), ..Policy::default() }
}

pub fn routed(address: &str) -> ConnectionBuilder {
    let mut routes = Routes::default();
    routes.add("https://api.example.com", address).unwrap();
    Connection::builder(fixture()).routes(routes).policy(quick())
}

async fn request(connection: ConnectionBuilder, input: Value) -> Result<Value, Error> {
    run(&connection.build().unwrap(), "request", input).await
}

#[tokio::test]
async fn a_request_goes_out_as_it_was_built_and_the_answer_comes_back() {
    let answer = "HTTP/1.1 404 Not Found\nX-Trace: 7\nSet-Cookie: a=b\nContent-Length: 2\n\nno";
    let server = Server::start(vec![text(answer)]).await;
    let input = json!({
        "method": "post", "url": "https://api.example.com/v1/things?q=a%20b", "text": "[1]",
        "headers": [["content-type", "application/json"]],
    });
    let output = request(routed(&server.address), input).await.unwrap();
    assert_eq!(output["status"], 404);
    assert_eq!(output["body"], "no");
    assert_eq!(output["headers"], json!({"x-trace": "7", "content-length": "2"}), "no cookies");
    let sent = &server.received()[0];
    assert!(sent.starts_with("POST /v1/things?q=a%20b HTTP/1.1\r\n"), "{sent}");
    assert!(sent.contains("content-type: application/json\r\n"), "{sent}");
    assert!(sent.ends_with("\r\n\r\n[1]"), "{sent}");
}

#[tokio::test]
async fn a_cut_answer_is_undelivered_and_read_again() {
    let cut = text("HTTP/1.1 200 OK\nContent-Length: 10\n\nhalf");
    let whole = text("HTTP/1.1 200 OK\nContent-Length: 4\n\nfull");
    let server = Server::start(vec![cut.clone(), whole]).await;
    let output = request(routed(&server.address), json!({})).await.unwrap();
    assert_eq!(output["body"], "full");

    let server = Server::start(vec![cut]).await;
    let write = json!({"method": "post", "effect": "write"});
    let error = request(routed(&server.address), write).await.unwrap_err();
    assert!(error.to_string().starts_with("no complete answer: "), "{error}");
    assert!(!error.to_string().contains("127.0.0.1"), "no URL in {error}");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn what_cannot_connect_was_not_sent() {
    let closed = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let write = json!({"method": "post", "effect": "write"});
    let error = request(routed(&address), write).await.unwrap_err();
    assert!(error.to_string().starts_with("not sent: "), "{error}");
}

#[tokio::test]
async fn a_service_that_says_nothing_is_left_after_the_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let policy = Policy { request_timeout: Duration::from_millis(50), tries: 1, ..quick() };
    let error = request(routed(&address).policy(policy), json!({})).await.unwrap_err();
    assert!(error.to_string().contains("timed out"), "{error}");
}

#[tokio::test]
async fn a_large_answer_is_refused_whether_it_tells_its_length_or_not() {
    let small = || Policy { response_bytes: 1000, ..quick() };
    let body = "x".repeat(1001);
    let announced = format!("HTTP/1.1 200 OK\nContent-Length: 1001\n\n{body}");
    let chunked = format!("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n3e9\n{body}\n0\n\n");
    for answer in [announced, chunked] {
        let server = Server::start(vec![text(&answer)]).await;
        let error = request(routed(&server.address).policy(small()), json!({})).await.unwrap_err();
        assert!(matches!(error, Error::Refused { rule: rule::RESPONSE_SIZE, .. }), "{error}");
    }
}

/// 100 000 zeros in 133 bytes of gzip, made once with `gzip -9`.
const ZEROS: &[u8] = include_bytes!("zeros.gz");

#[tokio::test]
async fn compressed_answers_are_undone_and_counted_in_full() {
    let mut answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        ZEROS.len()
    )
    .into_bytes();
    answer.extend_from_slice(ZEROS);
    let server = Server::start(vec![answer.clone(), answer]).await;
    let output = request(routed(&server.address), json!({})).await.unwrap();
    assert_eq!(output["body"].as_str().map(str::len), Some(100_000));
    let small = Policy { response_bytes: 99_999, ..quick() };
    let error = request(routed(&server.address).policy(small), json!({})).await.unwrap_err();
    assert!(matches!(error, Error::Refused { rule: rule::RESPONSE_SIZE, .. }), "{error}");
}

#[tokio::test]
async fn a_redirect_is_followed_only_without_a_credential() {
    let moved = text("HTTP/1.1 302 Found\nLocation: /new?x=1\nContent-Length: 0\n\n");
    let whole = text("HTTP/1.1 200 OK\nContent-Length: 4\n\nhere");
    let server = Server::start(vec![moved.clone(), whole]).await;
    let output = request(routed(&server.address), json!({})).await.unwrap();
    assert_eq!(output["body"], "here");
    assert!(server.received()[1].starts_with("GET /new?x=1 HTTP/1.1\r\n"));

    let token = [("access-token".to_owned(), Secret::new(TOKEN))];
    let token = Arc::new(FixedCredentials::new(token));
    let with = json!({"credential": "access-token"});
    let write = json!({"method": "post", "effect": "write"});
    for input in [with, write] {
        let server = Server::start(vec![moved.clone()]).await;
        let connection = routed(&server.address).credentials(token.clone());
        let output = request(connection, input).await.unwrap();
        assert_eq!(output["status"], 302, "the connector gets it");
        assert_eq!(server.received().len(), 1);
    }
}

#[tokio::test]
async fn a_form_keeps_its_order_and_streams_files_with_a_known_length() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a file.bin");
    std::fs::write(&path, "y".repeat(300_000)).unwrap();
    let server = Server::start(vec![text("HTTP/1.1 204 No Content\n\n")]).await;
    let connection = routed(&server.address).blobs(Arc::new(Folders::new([folder.path()])));
    let input = json!({"method": "post", "effect": "write", "parts": [
        ["x-second", null, {"text": "2"}],
        ["first", null, {"text": "ä"}],
        ["file", "ü \"1\".bin", {"blob": path}],
    ]});
    assert_eq!(request(connection, input).await.unwrap()["status"], 204);
    let sent = &server.received()[0];
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}", body.len())), "{head}");
    assert!(!head.contains("transfer-encoding"), "{head}");
    let boundary = head.split_once("boundary=").unwrap().1.lines().next().unwrap();
    let parts: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    let start = "\r\nContent-Disposition: form-data; name=";
    assert_eq!(parts[1], format!("{start}\"x-second\"\r\n\r\n2\r\n"));
    assert_eq!(parts[2], format!("{start}\"first\"\r\n\r\nä\r\n"));
    let file = format!("{start}\"file\"; filename=\"ü \\\"1\\\".bin\"\r\n\r\n");
    assert_eq!(parts[3].strip_prefix(&file).unwrap().trim_end().len(), 300_000);
    assert_eq!(parts[4], "--\r\n");
}
