//! A service in memory, with boards and Pins, that counts how many requests are open and can hold its
//! answers back until there are enough of them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use connector_host::contract::{Header, Response};
use connector_host::{
    Connection, Content, FixedCredentials, Outgoing, Policy, Secret, Transport, TransportError,
};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout};

use crate::component;
use crate::support::CREDENTIAL;

/// Long enough for a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Default)]
pub struct Double {
    boards: u64,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    open: usize,
    most: usize,
    /// No answer leaves until so many requests are open.
    held: usize,
    /// What is asked of a path next, other than what there is.
    faults: HashMap<String, VecDeque<Response>>,
    headers: Vec<Header>,
    asked: Vec<(String, Instant)>,
    answered: Vec<(u16, Instant)>,
}

impl Double {
    pub fn new(boards: u64) -> Arc<Double> {
        Arc::new(Double { boards, ..Double::default() })
    }

    /// A connection of its own, with these limits on calls.
    pub fn connection(self: &Arc<Self>, policy: Policy) -> Connection {
        let token = (CREDENTIAL.to_owned(), Secret::new("a-token"));
        let connection = Connection::builder(component::connector())
            .credentials(Arc::new(FixedCredentials::new([token])))
            .transport(self.clone())
            .policy(policy);
        connection.build().unwrap()
    }

    /// Holds all answers back until so many requests are open; those for the list of boards it does not.
    pub fn hold(&self, requests: usize) {
        self.state.lock().unwrap().held = requests;
    }

    /// The next answers for this board's Pins.
    pub fn fault(&self, board: u64, answers: impl IntoIterator<Item = Response>) {
        let path = format!("/v5/boards/{}/pins", id(board));
        self.state.lock().unwrap().faults.entry(path).or_default().extend(answers);
    }

    pub fn mend(&self) {
        self.state.lock().unwrap().faults.clear();
    }

    /// What each answer says.
    pub fn says(&self, name: &str, value: &str) {
        self.state.lock().unwrap().headers.push(header(name, value));
    }

    /// How many requests are open, and the most that were.
    pub fn open(&self) -> (usize, usize) {
        let state = self.state.lock().unwrap();
        (state.open, state.most)
    }

    /// The paths that were asked for, and when.
    pub fn asked(&self) -> Vec<(String, Instant)> {
        self.state.lock().unwrap().asked.clone()
    }

    /// How often a board's Pins were asked for.
    pub fn count(&self, board: u64) -> usize {
        let path = format!("/v5/boards/{}/pins", id(board));
        self.asked().iter().filter(|(asked, _)| *asked == path).count()
    }

    /// When each answer with this status came.
    pub fn answered(&self, status: u16) -> Vec<Instant> {
        let state = self.state.lock().unwrap();
        let of = state.answered.iter().filter(|answered| answered.0 == status);
        of.map(|answered| answered.1).collect()
    }

    /// Until so many requests are open.
    pub async fn until_open(&self, wanted: impl Fn(usize) -> bool) {
        let until = async {
            loop {
                let changed = self.changed.notified();
                if wanted(self.open().0) {
                    return;
                }
                changed.await;
            }
        };
        timeout(PATIENCE, until).await.expect("so many requests are open in the end");
    }

    async fn held(&self) {
        let until = async {
            loop {
                let changed = self.changed.notified();
                {
                    let mut state = self.state.lock().unwrap();
                    if state.open >= state.held {
                        state.held = 0;
                    }
                    if state.held == 0 {
                        break;
                    }
                }
                changed.await;
            }
        };
        timeout(PATIENCE, until).await.expect("as many requests come as are waited for");
        self.changed.notify_waiters();
    }

    fn answer(&self, request: &Outgoing) -> Response {
        let path = request.url.path();
        let mut state = self.state.lock().unwrap();
        let fault = state.faults.get_mut(path).and_then(VecDeque::pop_front);
        let mut response = fault.unwrap_or_else(|| response(200, &self.found(request)));
        response.headers.extend(state.headers.clone());
        state.answered.push((response.status, Instant::now()));
        response
    }

    fn found(&self, request: &Outgoing) -> Value {
        let path: Vec<&str> = request.url.path().split('/').skip(2).collect();
        match path[..] {
            ["boards"] => {
                let board = |board| json!({"id": id(board), "name": format!("Board {board}")});
                json!({"items": (0..self.boards).map(board).collect::<Value>(), "bookmark": null})
            }
            ["boards", board, "pins"] => {
                let board = board.parse::<u64>().unwrap() - FIRST;
                let mut query = request.url.query_pairs();
                let page = query.find(|(name, _)| name == "bookmark");
                let page = page.map_or(0, |(_, page)| page.parse().unwrap());
                let bookmark = (page < board % 3).then(|| (page + 1).to_string());
                let rows = if board % 5 == 4 { 0 } else { 2 };
                let pin = |row: u64| {
                    let id = (board * 100 + page * 10 + row + FIRST).to_string();
                    json!({"id": id, "created_at": "2026-01-05T12:00:00"})
                };
                json!({"items": (0..rows).map(pin).collect::<Value>(), "bookmark": bookmark})
            }
            ["boards", board, "sections"] => {
                let board = board.parse::<u64>().unwrap() - FIRST;
                let section = |at| json!({"id": id(board * 10 + at), "name": format!("Part {at}")});
                json!({"items": (0..board % 4).map(section).collect::<Value>(), "bookmark": null})
            }
            ["boards", _, "sections", section, "pins"] => {
                json!({"items": [{"id": section, "created_at": "2026-01-05T12:00:00"}], "bookmark": null})
            }
            ["ad_accounts", _, "campaigns"] => {
                let Content::Bytes(body) = &request.body else { panic!("no body") };
                let records: Vec<Value> = serde_json::from_slice(body).unwrap();
                let item = |record| json!({"data": record, "exceptions": []});
                json!({"items": records.into_iter().map(item).collect::<Value>()})
            }
            _ => panic!("{path:?} is not there"),
        }
    }
}

/// Counts a request as open until it is answered or given up.
struct Open<'a>(&'a Double);

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().open -= 1;
        self.0.changed.notify_waiters();
    }
}

#[async_trait]
impl Transport for Double {
    async fn exchange(&self, request: Outgoing) -> Result<Response, TransportError> {
        let path = request.url.path().to_owned();
        let all = path.ends_with("/boards");
        let open = {
            let mut state = self.state.lock().unwrap();
            state.asked.push((path, Instant::now()));
            state.open += 1;
            state.most = state.most.max(state.open);
            Open(self)
        };
        self.changed.notify_waiters();
        if !all {
            self.held().await;
            // Answers overtake each other.
            sleep(Duration::from_millis(fastrand::u64(0..4))).await;
        }
        let response = self.answer(&request);
        drop(open);
        Ok(response)
    }
}

/// Ids have 3 digits and more.
const FIRST: u64 = 100;

pub fn id(board: u64) -> String {
    (FIRST + board).to_string()
}

/// An answer without other headers.
pub fn response(status: u16, body: &Value) -> Response {
    let headers = vec![header("content-type", "application/json")];
    Response { status, headers, body: body.to_string().into_bytes() }
}

pub fn header(name: &str, value: &str) -> Header {
    Header { name: name.to_owned(), value: value.to_owned() }
}
