//! The runs that this process has under way: who follows one, and what ends it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connector_host::CancellationToken;
use connector_host::contract::Outcome;
use serde_json::Value;
use tokio::sync::{broadcast, watch};

use crate::problem::Problem;

/// Events that somebody who follows a run may be behind.
const BEHIND: usize = 256;

/// How a run has ended in this process.
pub type Ended = Result<Outcome, Problem>;

/// Something that happened in a run: the name of the event, and its data.
#[derive(Clone, Debug)]
pub struct Event(pub &'static str, pub Value);

/// A run that is under way.
#[derive(Clone, Debug)]
pub struct Running {
    /// Ends it here; it can go on later.
    pub stop: CancellationToken,
    /// What happens in it.
    pub events: broadcast::Sender<Event>,
    /// How it has ended, once it has.
    pub ended: watch::Receiver<Option<Ended>>,
}

/// All of a tenant's runs that are under way, by their ids.
#[derive(Clone, Debug, Default)]
pub struct Live(Arc<Mutex<HashMap<String, Running>>>);

impl Live {
    /// Begins one; it is under way until the guard goes.
    pub fn begin(&self, run: &str, stop: CancellationToken) -> Turn {
        let (events, _) = broadcast::channel(BEHIND);
        let (end, ended) = watch::channel(None);
        let running = Running { stop, events: events.clone(), ended };
        self.lock().insert(run.to_owned(), running.clone());
        Turn { live: self.clone(), run: run.to_owned(), running, end }
    }

    /// The one with this id.
    pub fn get(&self, run: &str) -> Option<Running> {
        self.lock().get(run).cloned()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One run's place among those that are under way.
#[derive(Debug)]
pub struct Turn {
    live: Live,
    run: String,
    pub running: Running,
    end: watch::Sender<Option<Ended>>,
}

impl Turn {
    /// It has ended; whoever waits is told.
    pub fn end(self, ended: Ended) {
        self.end.send_replace(Some(ended));
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.live.lock().remove(&self.run);
    }
}

impl Running {
    /// Waits until it has ended.
    pub async fn wait(mut self) -> Ended {
        let ended = self.ended.wait_for(Option::is_some).await;
        match ended.as_deref() {
            Ok(Some(ended)) => ended.clone(),
            // Its task is gone without a word.
            _ => Err(Problem::internal("a run was lost")),
        }
    }
}
