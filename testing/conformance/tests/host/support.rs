//! The fixture connector, and a transport that plays fixed answers.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, LazyLock, Mutex};

use async_trait::async_trait;
use connector_host::contract::{Header, Response};
use connector_host::{
    Call, Connection, ConnectionBuilder, Connector, Content, Engine, EngineOptions, Error,
    NoopObserver, Outgoing, Transport, TransportError,
};
use serde_json::Value;

/// What every test uses as a token, so that a leak is easy to find.
pub const TOKEN: &str = "TOKEN-that-nobody-may-see";

/// Built beforehand, by the same command that builds any connector.
pub static FIXTURE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("wasm32-unknown-unknown");
    let path = target.join("release/fixture_connector.wasm");
    std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}: run `make fixtures`", path.display()))
});

static CONNECTOR: LazyLock<Connector> = LazyLock::new(|| {
    let engine = Engine::new(EngineOptions::default()).expect("the engine starts");
    Connector::from_bytes(&engine, &FIXTURE).expect("the fixture loads")
});

/// The fixture under default limits.
pub fn fixture() -> Connector {
    CONNECTOR.clone()
}

/// A connection of the fixture that sends to a script.
pub fn scripted(script: &Arc<Script>) -> ConnectionBuilder {
    Connection::builder(fixture()).transport(script.clone())
}

/// Runs an action of the fixture.
pub async fn run(connection: &Connection, id: &str, input: Value) -> Result<Value, Error> {
    let call = Call::Action { id: id.into(), input: input.to_string() };
    let outcome = connection.run(call, &mut NoopObserver).await?;
    Ok(serde_json::from_str(&outcome.output).expect("outputs are JSON"))
}

/// What a script saw of a request.
#[derive(Debug)]
pub struct Seen {
    pub method: String,
    pub url: String,
    pub authorization: Option<String>,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

pub type Answer = Result<Response, TransportError>;

/// Plays its answers in order, and keeps what was sent.
#[derive(Default)]
pub struct Script {
    answers: Mutex<VecDeque<Answer>>,
    seen: Mutex<Vec<Seen>>,
    held: AtomicUsize,
}

impl Script {
    pub fn new(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Arc::new(Self::of(answers))
    }

    pub fn of(answers: impl IntoIterator<Item = Answer>) -> Self {
        Script { answers: Mutex::new(answers.into_iter().collect()), ..Script::default() }
    }

    /// The next requests are sent, and no answer comes to them.
    pub fn hold(&self, requests: usize) {
        self.held.store(requests, Relaxed);
    }

    /// How many requests were sent.
    pub fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// What was sent since the last time.
    pub fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.seen.lock().unwrap())
    }
}

#[async_trait]
impl Transport for Script {
    async fn exchange(&self, request: Outgoing) -> Answer {
        let authorization = request.headers.get("authorization");
        // So that a library which logs headers does not show it.
        assert!(authorization.is_none_or(reqwest::header::HeaderValue::is_sensitive));
        self.seen.lock().unwrap().push(Seen {
            method: request.method.to_string(),
            url: request.url.to_string(),
            authorization: authorization.map(|value| value.to_str().unwrap().to_owned()),
            headers: request.headers.clone(),
            body: match request.body {
                Content::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
                _ => String::new(),
            },
        });
        if self.held.load(Relaxed) > 0 {
            self.held.fetch_sub(1, Relaxed);
            std::future::pending::<()>().await;
        }
        let next = self.answers.lock().unwrap().pop_front();
        next.expect("the script has an answer for every request")
    }
}

/// An answer of the service.
pub fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let header =
        |(name, value): &(&str, &str)| Header { name: name.to_string(), value: value.to_string() };
    Ok(Response {
        status,
        headers: headers.iter().map(header).collect(),
        body: body.as_bytes().to_vec(),
    })
}

pub fn ok() -> Answer {
    answer(200, &[], "fine")
}

pub fn status(status: u16) -> Answer {
    answer(status, &[], "")
}

pub fn not_sent() -> Answer {
    Err(TransportError::NotSent("no route".into()))
}

pub fn lost() -> Answer {
    Err(TransportError::Lost("cut".into()))
}
