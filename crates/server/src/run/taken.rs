//! All that a call brings, or the first of it, as the connector wrote it.

use std::ops::ControlFlow;

use connector_host::contract::Outcome;
use connector_host::{Call, Connection, Observer};
use serde_json::value::RawValue;

use crate::problem::Problem;

/// What a call has brought.
#[derive(Debug)]
pub struct Taken {
    pub items: Vec<Box<RawValue>>,
    /// Whether there were more than were wanted.
    pub more: bool,
    pub outcome: Outcome,
}

/// Runs a call until it has brought more than so many items, which are then cut.
pub async fn take(connection: &Connection, call: Call, most: usize) -> Result<Taken, Problem> {
    let mut taking = Taking { items: Vec::new(), most, broken: None };
    let outcome = connection.run(call, &mut taking).await;
    let outcome = match (taking.broken, outcome) {
        (Some(error), _) => return Err(Problem::internal(format!("a page: {error}"))),
        (None, Ok(outcome)) => outcome,
        (None, Err(failure)) => return Err(connection.diagnose(failure).await.into()),
    };
    let more = taking.items.len() > most;
    taking.items.truncate(most);
    Ok(Taken { items: taking.items, more, outcome })
}

struct Taking {
    items: Vec<Box<RawValue>>,
    most: usize,
    broken: Option<serde_json::Error>,
}

impl Observer for Taking {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        match serde_json::from_str::<Vec<Box<RawValue>>>(items) {
            Ok(items) => self.items.extend(items),
            Err(error) => self.broken = Some(error),
        }
        match self.broken.is_some() || self.items.len() > self.most {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}
