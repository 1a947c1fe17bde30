//! The memory that the bodies of responses take together, and the requests that are under way at once.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use connector_host::{
    Connection, ConnectionBuilder, Connector, Engine, EngineOptions, Outgoing, Policy, Routes,
    Transport,
};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::http::{Server, read_request, text};
use crate::support::{Answer, FIXTURE, answer, run};

/// A connection whose bodies may take so many bytes, and so many requests an origin.
fn limited(bodies_bytes: u64, requests: u32) -> ConnectionBuilder {
    let options = EngineOptions { bodies_bytes, requests, ..EngineOptions::default() };
    let connector = Connector::from_bytes(&Engine::new(options).unwrap(), &FIXTURE).unwrap();
    Connection::builder(connector)
}

/// As [`limited`], to a server.
fn served(bodies_bytes: u64, address: &str) -> ConnectionBuilder {
    let mut routes = Routes::default();
    routes.add("https://api.example.com", address).unwrap();
    limited(bodies_bytes, 256).routes(routes)
}

/// Runs a request, which gives so many bytes.
async fn fetch(connection: Arc<Connection>) -> usize {
    let output = run(&connection, "request", json!({})).await.unwrap();
    output["body"].as_str().unwrap().len()
}

/// How many there are at once, and were at most.
#[derive(Default)]
struct Count {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Count {
    fn begin(&self) {
        let now = self.now.fetch_add(1, SeqCst) + 1;
        self.most.fetch_max(now, SeqCst);
    }

    fn end(&self) {
        self.now.fetch_sub(1, SeqCst);
    }

    fn most(&self) -> usize {
        self.most.load(SeqCst)
    }
}

/// Answers with a body of one size, and counts requests under way, and bodies that are there. Whoever has
/// one says when it has gone.
struct Counting {
    bytes: usize,
    requests: Count,
    bodies: Count,
}

impl Counting {
    fn of(bytes: usize) -> Arc<Self> {
        Arc::new(Counting { bytes, requests: Count::default(), bodies: Count::default() })
    }
}

#[async_trait]
impl Transport for Counting {
    async fn exchange(&self, request: Outgoing) -> Answer {
        self.requests.begin();
        others_go_on().await;
        request.streams.memory.hold(self.bytes as u64).await;
        self.bodies.begin();
        others_go_on().await;
        self.requests.end();
        answer(200, &[], &"x".repeat(self.bytes))
    }
}

/// On the one thread of these tests.
async fn others_go_on() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn bodies_are_there_together_as_far_as_memory_goes() {
    for (bytes, together) in [(700 << 10, 1), (500 << 10, 2), (5 << 20, 1)] {
        let transport = Counting::of(bytes);
        let connection = limited(1 << 20, 256).transport(transport.clone()).build().unwrap();
        let connection = Arc::new(connection);
        let mut calls = JoinSet::new();
        for _ in 0..6 {
            let (connection, transport) = (connection.clone(), transport.clone());
            calls.spawn(async move {
                let length = fetch(connection).await;
                transport.bodies.end();
                length
            });
        }
        assert_eq!(calls.join_all().await, [bytes; 6]);
        assert_eq!(transport.bodies.most(), together, "of {bytes} bytes");
        assert_eq!(transport.requests.most(), 6);
    }
}

#[tokio::test]
async fn so_many_requests_are_under_way_at_once() {
    let transport = Counting::of(10);
    let connection = limited(1 << 20, 2).transport(transport.clone()).build().unwrap();
    let connection = Arc::new(connection);
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        calls.spawn(fetch(connection.clone()));
    }
    assert_eq!(calls.join_all().await, [10; 10]);
    assert_eq!(transport.requests.most(), 2);
}

/// Takes all memory for a body that never comes, and then answers.
#[derive(Default)]
struct Endless {
    asked: AtomicUsize,
    held: Notify,
}

#[async_trait]
impl Transport for Endless {
    async fn exchange(&self, request: Outgoing) -> Answer {
        request.streams.memory.hold(1 << 30).await;
        if self.asked.fetch_add(1, SeqCst) == 0 {
            self.held.notify_one();
            std::future::pending::<()>().await;
        }
        answer(200, &[], "here")
    }
}

// The clock stands still until all wait: had the next one to wait for memory, time would pass.
#[tokio::test(start_paused = true)]
async fn a_call_that_is_cancelled_gives_its_memory_back() {
    let transport = Arc::new(Endless::default());
    let connection = limited(1 << 20, 256).transport(transport.clone()).build().unwrap();
    let connection = Arc::new(connection);
    let first = tokio::spawn(fetch(connection.clone()));
    transport.held.notified().await;
    let second = tokio::spawn(fetch(connection));
    others_go_on().await;
    assert!(!second.is_finished());
    first.abort();
    let begun = tokio::time::Instant::now();
    assert_eq!(second.await.unwrap(), 4);
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

/// Whether it tells its length or not.
fn answers(bytes: usize) -> [Vec<u8>; 2] {
    let body = "x".repeat(bytes);
    let announced = format!("HTTP/1.1 200 OK\nContent-Length: {bytes}\n\n{body}");
    let chunks = format!("{bytes:x}\n{body}\n0\n\n");
    let chunked = format!("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n{chunks}");
    [announced, chunked].map(|answer| text(&answer))
}

#[tokio::test]
async fn a_body_larger_than_all_memory_arrives() {
    let server = Server::start(answers(1 << 20).into()).await;
    let connection = Arc::new(served(100 << 10, &server.address).build().unwrap());
    for _ in 0..2 {
        assert_eq!(fetch(connection.clone()).await, 1 << 20);
    }
}

// Each of them holds what a body of unknown length is expected to have, and there is no more.
#[tokio::test]
async fn bodies_that_outgrow_their_memory_all_arrive() {
    let [_, chunked] = answers(1 << 20);
    let server = Server::start(vec![chunked; 6]).await;
    let connection = Arc::new(served(512 << 10, &server.address).build().unwrap());
    let mut calls = JoinSet::new();
    for _ in 0..6 {
        calls.spawn(fetch(connection.clone()));
    }
    assert_eq!(calls.join_all().await, [1 << 20; 6]);
}

#[tokio::test]
async fn a_body_that_stands_still_keeps_memory_no_longer_than_its_time() {
    let stalls = text("HTTP/1.1 200 OK\nContent-Length: 1000000\n\nhalf");
    let [whole, _] = answers(1_000_000);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let mut open = Vec::new();
        for answer in [stalls, whole] {
            let (mut socket, _) = listener.accept().await.unwrap();
            read_request(&mut socket).await;
            socket.write_all(&answer).await.unwrap();
            open.push(socket);
        }
        open
    });
    // The second one would wait for memory longer than it may run.
    let policy = || Policy { call_time: Some(Duration::from_secs(50)), ..Policy::default() };
    let short = Policy { request_timeout: Duration::from_millis(300), tries: 1, ..policy() };
    let connector = served(1 << 20, &address).build().unwrap().connector().clone();
    let on = |policy| {
        let mut routes = Routes::default();
        routes.add("https://api.example.com", &address).unwrap();
        let connection = Connection::builder(connector.clone()).routes(routes).policy(policy);
        Arc::new(connection.build().unwrap())
    };
    let error = run(&on(short), "request", json!({})).await.unwrap_err();
    assert!(error.to_string().contains("timed out"), "{error}");
    assert_eq!(fetch(on(policy())).await, 1_000_000);
    server.await.unwrap();
}

#[tokio::test]
async fn a_body_is_read_when_the_one_before_it_has_gone() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (begun, go_on, written) = <(Arc<Notify>, Arc<Notify>, Arc<Notify>)>::default();
    let server = {
        let (begun, go_on, written) = (begun.clone(), go_on.clone(), written.clone());
        tokio::spawn(async move {
            let [whole, _] = answers(1000 << 10);
            let (mut first, _) = listener.accept().await.unwrap();
            read_request(&mut first).await;
            first.write_all(&whole[..1000]).await.unwrap();
            begun.notify_one();
            let (mut second, _) = listener.accept().await.unwrap();
            read_request(&mut second).await;
            let both = async {
                go_on.notified().await;
                first.write_all(&whole[1000..]).await.unwrap();
            };
            let sent = async {
                // The client may take it only later.
                second.write_all(&whole[..100_000]).await.unwrap();
                written.notify_one();
                second.write_all(&whole[100_000..]).await.unwrap();
            };
            tokio::join!(both, sent);
        })
    };
    let connection = Arc::new(served(1 << 20, &address).build().unwrap());
    let order = Arc::new(Mutex::new(Vec::new()));
    let call = |name: &'static str| {
        let (connection, order) = (connection.clone(), order.clone());
        tokio::spawn(async move {
            assert_eq!(fetch(connection).await, 1000 << 10);
            order.lock().unwrap().push(name);
        })
    };
    let first = call("first");
    begun.notified().await;
    others_go_on().await;
    let second = call("second");
    written.notified().await;
    others_go_on().await;
    assert!(!second.is_finished());
    go_on.notify_one();
    first.await.unwrap();
    second.await.unwrap();
    assert_eq!(*order.lock().unwrap(), ["first", "second"]);
    server.await.unwrap();
}
