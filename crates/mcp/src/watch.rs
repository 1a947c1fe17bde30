//! What triggers have brought: a cursor and the newest events for each address, in memory.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use connector_host::contract::Context;
use connector_host::{Call, Connection, Error, Shown};
use serde_json::{Value, json};
use tokio::sync;

use crate::collect::Collector;

/// Events kept for an address.
const KEPT: usize = 100;
/// Addresses watched at once.
const MOST: usize = 256;

/// All addresses that somebody asked for.
#[derive(Default)]
pub struct Watches(Mutex<HashMap<String, Arc<Watch>>>);

impl Watches {
    /// What is known of an address; None when too many others are watched.
    pub fn get(&self, address: &str, trigger: &str, config: &str) -> Option<Arc<Watch>> {
        let mut watches = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !watches.contains_key(address) && watches.len() >= MOST {
            return None;
        }
        let new = || Arc::new(Watch::new(trigger, config));
        Some(watches.entry(address.to_owned()).or_insert_with(new).clone())
    }
}

/// A trigger with a configuration. The first poll takes stock; events come with those after it.
pub struct Watch {
    trigger: String,
    config: String,
    // Held during a poll, so that no two polls begin at the same cursor.
    state: sync::Mutex<State>,
    news: sync::watch::Sender<()>,
}

#[derive(Default)]
struct State {
    cursor: Option<String>,
    events: VecDeque<Value>,
    polled: Option<(Instant, String)>,
}

impl Watch {
    fn new(trigger: &str, config: &str) -> Self {
        Watch {
            trigger: trigger.to_owned(),
            config: config.to_owned(),
            state: sync::Mutex::default(),
            news: sync::watch::Sender::default(),
        }
    }

    /// Changes when a poll brings events.
    pub fn news(&self) -> sync::watch::Receiver<()> {
        self.news.subscribe()
    }

    /// Polls, unless that was done less than `age` ago. After a failure the next poll begins where
    /// this one did.
    pub async fn poll(&self, connection: &Connection, age: Duration) -> Result<(), Error> {
        let mut state = self.state.lock().await;
        if state.polled.as_ref().is_some_and(|(when, _)| when.elapsed() < age) {
            return Ok(());
        }
        let context = Context::fresh();
        let now = context.now.clone();
        let call = Call::Poll {
            trigger: self.trigger.clone(),
            config: self.config.clone(),
            cursor: state.cursor.clone(),
        };
        let mut collector = Collector::new(None);
        let outcome = connection.run_in(context, call, &mut collector).await?;
        let events = collector.ended(&outcome.output)?.items;
        let missing = || Error::trap("the poll brought no cursor");
        state.cursor = Some(outcome.cursor.ok_or_else(missing)?);
        state.polled = Some((Instant::now(), now));
        if !events.is_empty() {
            // Within a poll the connector's order is all that is known.
            events.into_iter().rev().for_each(|event| state.events.push_front(event));
            state.events.truncate(KEPT);
            self.news.send_replace(());
        }
        Ok(())
    }

    /// The id of the trigger.
    pub fn trigger(&self) -> &str {
        &self.trigger
    }

    /// The events, those of the last poll first, and when that was; as `shown` lets them be seen.
    pub async fn read(&self, shown: &Shown) -> Value {
        let state = self.state.lock().await;
        let polled = state.polled.as_ref().map(|(_, at)| at);
        let mut events = state.events.clone();
        events.iter_mut().for_each(|event| shown.apply(&mut event["data"]));
        json!({"trigger": self.trigger, "polled_at": polled, "events": events})
    }
}
