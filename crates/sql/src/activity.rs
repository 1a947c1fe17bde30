//! What a session asked of the services.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use connector_host::Observer;
use connector_host::contract::Request;
use connector_records::Outcome;
use serde_json::{Value, json};

/// The last so many calls and outcomes are remembered.
const KEPT: usize = 10_000;

/// The requests of a session, its calls, and what became of the rows that it last wrote.
#[derive(Debug, Default)]
pub struct Activity {
    requests: AtomicU64,
    calls: Mutex<VecDeque<CallEntry>>,
    outcomes: Mutex<VecDeque<RowOutcome>>,
}

/// One scan or write of a table, or one call of a function.
#[derive(Clone, Debug)]
pub struct CallEntry {
    /// The action.
    pub action: String,
    /// Its input, as JSON.
    pub input: String,
    /// Requests sent, repeats among them.
    pub requests: u64,
    /// Rows that came or went.
    pub rows: u64,
    /// How long it took, with what the statement did in between.
    pub time: Duration,
    /// Why it ended early.
    pub error: Option<String>,
}

/// What became of one row of a write.
#[derive(Clone, Debug)]
pub(crate) struct RowOutcome {
    pub table: String,
    pub key: Value,
    pub outcome: Outcome,
}

impl Activity {
    /// How many requests the session has sent, repeats among them.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// The calls that are over, oldest first: the last 10,000.
    pub fn calls(&self) -> Vec<CallEntry> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// The rows of the last change that were refused: objects of `row` (from 1), `key` and `error`.
    pub fn refused(&self) -> Vec<Value> {
        let refused = |it: RowOutcome| {
            let error = it.outcome.result.err()?;
            Some(json!({"row": it.outcome.index + 1, "key": it.key, "error": error}))
        };
        self.outcomes().into_iter().filter_map(refused).collect()
    }

    pub(crate) fn outcomes(&self) -> Vec<RowOutcome> {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// A write begins: what became of the one before is forgotten.
    pub(crate) fn forget_outcomes(&self) {
        self.outcomes.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn outcome(&self, outcome: RowOutcome) {
        keep(&self.outcomes, outcome);
    }
}

fn keep<T>(all: &Mutex<VecDeque<T>>, one: T) {
    let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
    if all.len() >= KEPT {
        all.pop_front();
    }
    all.push_back(one);
}

/// A call under way. It is written down when it is dropped, however that comes about.
#[derive(Debug)]
pub(crate) struct Entry {
    activity: Arc<Activity>,
    began: Instant,
    entry: CallEntry,
}

impl Entry {
    pub fn new(activity: Arc<Activity>, action: &str, input: String) -> Self {
        let (action, time) = (action.to_owned(), Duration::ZERO);
        let entry = CallEntry { action, input, requests: 0, rows: 0, time, error: None };
        Entry { activity, began: Instant::now(), entry }
    }

    pub fn rows(&mut self, rows: u64) {
        self.entry.rows += rows;
    }

    pub fn failed(&mut self, error: &dyn std::fmt::Display) {
        self.entry.error = Some(error.to_string());
    }

    /// How many requests the whole session has sent.
    pub fn spent(&self) -> u64 {
        self.activity.requests()
    }
}

impl Observer for Entry {
    fn sending(&mut self, _request: &Request) {
        self.entry.requests += 1;
        self.activity.requests.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.entry.time = self.began.elapsed();
        keep(&self.activity.calls, self.entry.clone());
    }
}
