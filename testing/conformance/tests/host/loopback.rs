//! The listener for the browser's answer: what it refuses, and when it stops listening.

use std::time::Duration;

use connector_auth::{Loopback, LoopbackError, Page};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use url::Url;

const STATE: &str = "the-state";
/// The answer that is waited for.
const BACK: &str = "/back?code=c&state=the-state";

type Waiting = JoinHandle<Result<Url, LoopbackError>>;

async fn listen() -> (u16, Waiting) {
    let loopback = Loopback::listen("http://127.0.0.1:0/back").await.unwrap();
    let port = loopback.uri().port().unwrap();
    assert_ne!(port, 0);
    (port, tokio::spawn(connected(loopback)))
}

/// Waits for the answer, and shows the last page at once.
async fn connected(loopback: Loopback) -> Result<Url, LoopbackError> {
    let (answer, browser) = loopback.answer(STATE, Loopback::PATIENCE).await?;
    browser.show(Page::done("All is well")).await;
    Ok(answer)
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
    assert!(get(port, BACK, &host).await.starts_with("HTTP/1.1 200"));
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
    let answer = get(port, BACK, &format!("[::1]:{port}")).await;
    assert!(answer.contains("<h1>All is well</h1>"), "{answer}");
    assert!(answer.contains("cache-control: no-store") && answer.contains("no-referrer"));
    assert!(!answer.contains("the-state") && !answer.contains("code=c"), "{answer}");
    assert_eq!(waiting.await.unwrap().unwrap().path(), "/back");
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err(), "a second callback");
}

#[tokio::test]
async fn a_silent_connection_does_not_keep_the_answer_out() {
    let (port, waiting) = listen().await;
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    get(port, BACK, &format!("localhost:{port}")).await;
    waiting.await.unwrap().unwrap();
}

/// A browser opens connections in advance, and some break: whatever ends while the answer is on its
/// way, the answer counts.
#[tokio::test]
async fn connections_that_end_do_not_lose_the_answer() {
    let (port, waiting) = listen().await;
    let host = format!("localhost:{port}");
    let connect = async || TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (idle, mut half, mut odd) = (connect().await, connect().await, connect().await);
    half.write_all(b"GET /back?code=c&st").await.unwrap();
    odd.write_all(b"\xff\xfe\r\n\r\n").await.unwrap();
    let mut real = connect().await;
    real.write_all(b"GET ").await.unwrap();
    drop(idle);
    drop(half);
    drop(odd);
    // Each of those has ended when another one is served after them.
    assert!(get(port, "/other", &host).await.starts_with("HTTP/1.1 404"));
    real.write_all(format!("{BACK} HTTP/1.1\r\nhost: {host}\r\n\r\n").as_bytes()).await.unwrap();
    assert_eq!(waiting.await.unwrap().unwrap().path(), "/back");
}

/// However many connections say nothing, one more is served.
#[tokio::test]
async fn many_silent_connections_do_not_keep_the_answer_out() {
    let (port, waiting) = listen().await;
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    }
    get(port, BACK, &format!("localhost:{port}")).await;
    waiting.await.unwrap().unwrap();
}

/// Nothing is said before somebody knows what came of it, and whoever asks meanwhile is told the same.
#[tokio::test]
async fn the_browser_waits_for_what_came_of_it() {
    let loopback = Loopback::listen("http://127.0.0.1:0/back").await.unwrap();
    let port = loopback.uri().port().unwrap();
    let host = format!("127.0.0.1:{port}");
    let tab = |host: String| tokio::spawn(async move { get(port, BACK, &host).await });
    let first = tab(host.clone());
    let (_, browser) = loopback.answer(STATE, Loopback::PATIENCE).await.unwrap();
    let second = tab(host.clone());
    // It is served, so the second one before it is waiting as well.
    assert!(get(port, "/favicon.ico", &host).await.starts_with("HTTP/1.1 404"));
    assert!(!first.is_finished() && !second.is_finished());
    browser.show(Page::failed("Not <connected>").line("The service said: no")).await;
    for tab in [first, second] {
        let page = tab.await.unwrap();
        assert!(page.contains("<h1>Not &lt;connected&gt;</h1>"), "{page}");
        assert!(page.contains("<p>The service said: no</p>"), "{page}");
        assert!(page.contains("content-security-policy: default-src 'none'; style-src 'sha256-"));
    }
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

#[tokio::test]
async fn who_is_never_told_learns_that_the_program_has_ended() {
    let loopback = Loopback::listen("http://127.0.0.1:0/back").await.unwrap();
    let port = loopback.uri().port().unwrap();
    let tab = tokio::spawn(async move { get(port, BACK, &format!("localhost:{port}")).await });
    drop(loopback.answer(STATE, Loopback::PATIENCE).await.unwrap());
    assert!(tab.await.unwrap().contains("<h1>Not connected</h1>"));
}

#[tokio::test(start_paused = true)]
async fn it_closes_after_five_minutes() {
    let loopback = Loopback::listen("http://127.0.0.1:0/").await.unwrap();
    let begun = tokio::time::Instant::now();
    let late = loopback.answer(STATE, Loopback::PATIENCE).await.err().unwrap();
    assert_eq!(begun.elapsed().as_secs(), Duration::from_secs(300).as_secs());
    assert_eq!(late.to_string(), "no answer came from the browser within 5 minutes");
}

#[tokio::test]
async fn only_addresses_of_this_machine_are_listened_at() {
    for uri in ["http://0.0.0.0:1/", "https://localhost/", "http://example.com/", "nothing"] {
        let error = Loopback::listen(uri).await.expect_err(uri).to_string();
        assert_eq!(
            error,
            format!("the redirect URI `{uri}` is not an http address on this machine")
        );
    }
}
