//! One emulator, one connection to it, and an observer that takes notes.

use std::collections::VecDeque;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use connector_emulator::{Control, Emulator, Fault, FaultKind, Match, Options, TokenSpec};
use connector_host::contract::Outcome;
use connector_host::{
    Call, Connection, Credentials, Error, FixedCredentials, Observer, Policy, Routes, Secret,
};
use serde_json::{Value, json};

use crate::component;

/// The credential that the connector's requests name.
pub const CREDENTIAL: &str = "access-token";
/// A board of the emulator's account with more pins than two pages of [`PAGE`].
pub const BOARD: &str = "Plants for small rooms";
/// Pins on a page.
pub const PAGE: usize = 25;
/// As often as it is asked for.
pub const ALWAYS: u32 = u32::MAX;

pub struct Stack {
    pub emulator: Emulator,
    pub control: Control,
    pub connection: Connection,
}

impl Stack {
    /// With a token that never needs a refresh.
    pub async fn start() -> Stack {
        Stack::with_token(TokenSpec::default()).await
    }

    pub async fn with_token(spec: TokenSpec) -> Stack {
        let emulator = emulator().await;
        let credentials = token(&emulator, spec);
        Stack::with_credentials(emulator, credentials)
    }

    pub fn with_credentials(emulator: Emulator, credentials: Arc<dyn Credentials>) -> Stack {
        Stack::with_policy(emulator, credentials, policy())
    }

    pub fn with_policy(
        emulator: Emulator,
        credentials: Arc<dyn Credentials>,
        policy: Policy,
    ) -> Stack {
        let connection = Connection::builder(component::connector())
            .credentials(credentials)
            .policy(policy)
            .routes(routes(&emulator.origin()))
            .build()
            .unwrap();
        Stack { control: emulator.control(), emulator, connection }
    }

    pub async fn run(&self, call: Call, notes: &mut Notes) -> Result<Outcome, Error> {
        let run = self.connection.run(call, notes);
        let ended = tokio::time::timeout(Duration::from_secs(60), run).await;
        ended.expect("the call ends by itself")
    }

    /// The word for why a call fails.
    pub async fn why(&self, call: Call) -> String {
        let failure = self.run(call, &mut Notes::default()).await.unwrap_err();
        word(&failure)
    }

    /// All pins of the board, in pages of [`PAGE`].
    pub fn pins(&self) -> Call {
        let board_id = self.control.board_id(BOARD).unwrap();
        action("board_pins.list", json!({"board_id": board_id, "page_size": PAGE}))
    }

    pub fn fault(&self, method: &str, path: &str, times: u32, kind: FaultKind) {
        fault(&self.control, method, path, times, kind);
    }
}

/// A token that cannot be refreshed.
pub fn token(emulator: &Emulator, spec: TokenSpec) -> Arc<FixedCredentials> {
    let token = Secret::new(emulator.control().issue_token(spec));
    Arc::new(FixedCredentials::new([(CREDENTIAL.to_owned(), token)]))
}

pub async fn emulator() -> Emulator {
    Emulator::start(Options::default()).await.unwrap()
}

pub fn fault(control: &Control, method: &str, path: &str, times: u32, kind: FaultKind) {
    let on = Match { method: Some(method.to_owned()), path: Some(path.to_owned()) };
    control.fault(Fault { on, times, kind });
}

/// Short waits and a small response limit, so that tests reach them.
pub fn policy() -> Policy {
    Policy {
        response_bytes: 1 << 20,
        request_timeout: Duration::from_secs(1),
        backoff: Duration::from_millis(5),
        ..Policy::default()
    }
}

/// To an emulator at this address.
pub fn routes(origin: &str) -> Routes {
    let mut routes = Routes::default();
    for declared in ["https://api.pinterest.com", "https://www.pinterest.com"] {
        routes.add(declared, origin).unwrap();
    }
    routes
}

pub fn action(id: &str, input: Value) -> Call {
    Call::Action { id: id.into(), input: input.to_string() }
}

/// The connector's code for a failure, the host's rule, or else what kind it is.
pub fn word(failure: &Error) -> String {
    let failure = failure.json();
    let words = ["code", "rule", "kind"].map(|key| failure[key].as_str().map(str::to_owned));
    words.into_iter().flatten().next().unwrap()
}

/// What happened in a call.
#[derive(Default)]
pub struct Notes {
    /// The ids of the items, in the order in which they came.
    pub ids: Vec<String>,
    pub sent: u32,
    pub waits: Vec<Duration>,
    /// What to do after each page.
    pub after_page: VecDeque<Box<dyn FnOnce() + Send>>,
}

impl Observer for Notes {
    fn page(&mut self, items: &str, count: u32) -> ControlFlow<()> {
        let items: Vec<Value> = serde_json::from_str(items).unwrap();
        assert_eq!(items.len(), count as usize);
        let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
        self.ids.extend(items.iter().map(id));
        if let Some(act) = self.after_page.pop_front() {
            act();
        }
        ControlFlow::Continue(())
    }

    fn sending(&mut self, _request: &connector_host::contract::Request) {
        self.sent += 1;
    }

    fn waiting(&mut self, time: Duration, _reason: &str) {
        self.waits.push(time);
    }
}

/// The items of a call.
pub struct Items(pub Vec<Value>);

impl Observer for Items {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        self.0.extend(serde_json::from_str::<Vec<Value>>(items).unwrap());
        ControlFlow::Continue(())
    }
}
