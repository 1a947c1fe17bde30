//! Prints each event once: services send again what they believe to be lost.

use std::collections::{HashSet, VecDeque};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::Error;
use crate::output;
use crate::print::Print;

/// Events that are known when they come again.
const KNOWN: usize = 10_000;

/// The ids of the last events.
#[derive(Default)]
pub struct Events {
    known: HashSet<String>,
    order: VecDeque<String>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
}

impl Events {
    fn is_new(&mut self, event: &RawValue) -> bool {
        let Ok(Event { id }) = serde_json::from_str(event.get()) else { return true };
        if !self.known.insert(id.clone()) {
            return false;
        }
        self.order.push_back(id);
        if self.order.len() > KNOWN
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        true
    }
}

impl Print for Events {
    fn print(&mut self, items: &[&RawValue]) -> Result<(), Error> {
        let new: Vec<_> = items.iter().filter(|item| self.is_new(item)).collect();
        output::lines(new.into_iter().map(|item| output::one_line(item)))
    }
}
