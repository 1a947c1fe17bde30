//! The listener for the browser's answer: what it refuses, and when it stops listening.

use std::time::Duration;

use connector_host::{Loopback, LoopbackError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use url::Url;

const STATE: &str = "the-state";

type Waiting = JoinHandle<Result<Url, LoopbackError>>;

async fn listen() -> (u16, Waiting) {
    let loopback = Loopback::listen("http://127.0.0.1:0/back").await.unwrap();
    let port = loopback.uri().port().unwrap();
    assert_ne!(port, 0);
    (port, tokio::spawn(loopback.answer(STATE, Loopback::PATIENCE)))
}

async fn say(port: u16, text: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn get(port: u16, target: &str, host: &str) -> String {
    say(port, &format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n\r\n")).await
}

/// Asks with the right state, so that nothing but the change can be the reason of a refusal.
async fn refused(request: impl Fn(u16) -> String, status: &str) {
    let (port, waiting) = listen().await;
    let answer = say(port, &request(port)).await;
    assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    // It goes on listening, and the true answer still arrives.
    assert!(!waiting.is_finished());
    let host = format!("127.0.0.1:{port}");
    assert!(get(port, "/back?code=c&state=the-state", &host).await.starts_with("HTTP/1.1 200"));
    assert!(waiting.await.unwrap().unwrap().as_str().ends_with("/back?code=c&state=the-state"));
}

fn request(target: &str, host: impl std::fmt::Display) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n\r\n")
}

#[tokio::test]
async fn another_state_is_refused() {
    refused(|port| request("/back?code=c&state=guess", format!("localhost:{port}")), "400").await;
    refused(|port| request("/back?code=c", format!("localhost:{port}")), "400").await;
}

#[tokio::test]
async fn a_foreign_host_is_refused() {
    let target = "/back?code=c&state=the-state";
    for host in ["evil.example", "localhost.evil.example", "127.0.0.2"] {
        refused(|port| request(target, format!("{host}:{port}")), "421").await;
    }
    refused(|_| request(target, "localhost"), "421").await;
    refused(|port| request(target, format!("localhost:{}", port ^ 1)), "421").await;
    refused(|_| format!("GET {target} HTTP/1.0\r\n\r\n"), "421").await;
}

#[tokio::test]
async fn another_path_and_another_method_are_refused() {
    let host = |port| format!("127.0.0.1:{port}");
    refused(|port| request("/other?code=c&state=the-state", host(port)), "404").await;
    refused(|port| request("//evil.example/back?code=c&state=the-state", host(port)), "404").await;
    let post = "POST /back?code=c&state=the-state";
    refused(|port| format!("{post} HTTP/1.1\r\nhost: {}\r\n\r\n", host(port)), "405").await;
}

#[tokio::test]
async fn it_closes_after_one_use() {
    let (port, waiting) = listen().await;
    let answer = get(port, "/back?code=c&state=the-state", &format!("[::1]:{port}")).await;
    assert!(answer.contains("cache-control: no-store") && answer.contains("no-referrer"));
    assert!(!answer.contains("the-state") && !answer.contains("code=c"), "{answer}");
    assert_eq!(waiting.await.unwrap().unwrap().path(), "/back");
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "a second callback");
}

#[tokio::test]
async fn a_silent_connection_does_not_keep_the_answer_out() {
    let (port, waiting) = listen().await;
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    get(port, "/back?code=c&state=the-state", &format!("localhost:{port}")).await;
    waiting.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn it_closes_after_five_minutes() {
    let loopback = Loopback::listen("http://127.0.0.1:0/").await.unwrap();
    let begun = tokio::time::Instant::now();
    let late = loopback.answer(STATE, Loopback::PATIENCE).await.unwrap_err();
    assert_eq!(begun.elapsed().as_secs(), Duration::from_secs(300).as_secs());
    assert_eq!(late.to_string(), "no answer came from the browser within 5 minutes");
}

#[tokio::test]
async fn only_addresses_of_this_machine_are_listened_at() {
    for uri in ["http://0.0.0.0:1/", "https://localhost/", "http://example.com/", "nothing"] {
        let error = Loopback::listen(uri).await.err().expect(uri).to_string();
        assert_eq!(
            error,
            format!("the redirect URI `{uri}` is not an http address on this machine")
        );
    }
}
