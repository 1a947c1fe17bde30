//! A trigger, and the things that it can find: made from its sample event, so that each new trigger
//! of the catalogue takes part as it is.

use std::fs;
use std::path::Path;

use pinterest_connector::catalog::{Listing, Trigger};
use serde_json::{Value, json};

use super::listing::Item;

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/cases");
/// The days that a poll of readiness looks back on [`NOW`].
const DAYS: std::ops::Range<u8> = 13..20;
/// What the host's clock shows.
pub const NOW: &str = "2026-07-20T12:00:00Z";
/// How many states things have, where changes count.
pub const STATES: u64 = 4;

/// How a trigger reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reading {
    /// A list, page by page or at once.
    List,
    /// One thing: its key is its state.
    Thing,
    /// A file with a row for each.
    File,
    /// Each day by itself.
    Days,
}

pub struct Subject {
    pub trigger: &'static Trigger,
    pub reading: Reading,
    /// The configuration of one of its cases.
    pub config: Value,
    sample: Value,
}

impl Subject {
    pub fn of(trigger: &'static Trigger) -> Subject {
        let reading = match (trigger.action.id, trigger.action.listing) {
            ("lead_exports.run", _) => Reading::File,
            ("metrics_readiness.get", _) => Reading::Days,
            (_, Listing::Single) => Reading::Thing,
            _ => Reading::List,
        };
        let sample: Value = serde_json::from_str(trigger.sample).expect("a sample is JSON");
        let sample = sample["data"].clone();
        Subject { trigger, reading, config: config(trigger.id), sample }
    }

    /// Every key that there can be; None where keys never run out.
    pub fn keys(&self) -> Option<Vec<String>> {
        match self.reading {
            Reading::Thing => {
                let (_, states) = self.trigger.when.expect("a thing is watched for its states");
                Some(states.iter().map(|state| (*state).to_owned()).collect())
            }
            Reading::Days => Some(DAYS.map(|day| format!("2026-07-{day}")).collect()),
            Reading::List | Reading::File => None,
        }
    }

    /// Whether a thing is an event again when its state changes.
    pub fn has_states(&self) -> bool {
        !self.trigger.changed.is_empty()
    }

    /// Where a thing's key is.
    pub fn key(&self) -> &str {
        let key = self.trigger.key.first().map(|pointer| pointer.trim_start_matches('/'));
        key.unwrap_or("EMAIL")
    }

    /// The state that a thing is in which the trigger waits for; none while it does not count.
    pub fn state(&self, item: &Item) -> Option<String> {
        let (at, _) = self.trigger.when.filter(|_| item.counts)?;
        let thing = self.thing(&item.key, item.state, item.counts);
        thing[&at[1..]].as_str().map(str::to_owned)
    }

    /// A thing with this key in one of [`STATES`]; one that does not count is not what the trigger
    /// waits for.
    pub fn thing(&self, key: &str, state: u64, counts: bool) -> Value {
        let mut thing = self.sample.clone();
        if let Some((at, states)) = self.trigger.when {
            let counting = states[state as usize % states.len()];
            thing[&at[1..]] = if counts { counting } else { "UNDER_WAY" }.into();
        }
        if counts || self.reading != Reading::Thing {
            thing[self.key()] = key.into();
        }
        if state > 0 && self.has_states() {
            let pointer = self.trigger.changed[state as usize % self.trigger.changed.len()];
            let place = &mut thing[&pointer[1..]];
            *place = match &*place {
                Value::Number(number) => (number.as_u64().expect("a count") + state).into(),
                Value::String(text) if text.ends_with('Z') => {
                    format!("2026-07-10T00:00:0{state}Z").into()
                }
                other => format!("{} {state}", other.as_str().unwrap_or("new")).into(),
            };
        }
        thing
    }
}

/// What a case that goes well fills in.
fn config(id: &str) -> Value {
    let cases = fs::read_dir(Path::new(CASES).join(id)).expect("every trigger has cases");
    let read = |case: fs::DirEntry| {
        let text = fs::read_to_string(case.path()).ok()?;
        let mut case: Value = serde_json::from_str(&text).ok()?;
        let call = case.get("output").is_some().then(|| case["call"].take())?;
        // Settings may fill in what the configuration leaves out.
        Some((call.get("settings").is_some(), call["input"].clone()))
    };
    let configs = cases.flatten().filter_map(read).min_by_key(|(settings, _)| *settings);
    let mut config = configs.map_or(json!({}), |(_, input)| input);
    config.as_object_mut().expect("a configuration is an object").remove("include_existing");
    config
}
