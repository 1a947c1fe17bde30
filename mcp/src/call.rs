//! Runs an action for a tool call: collects what it brings and tells how far it is.

use std::ops::ControlFlow;
use std::time::Duration;

use connector_host::contract::Request;
use connector_host::contract::actions::{Description, Shape};
use connector_host::{Call, Connection, Failure, Observer};
use rmcp::model::{CallToolResult, JsonObject};
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use crate::answer::{self, Ended};
use crate::schema::{self, ITEMS, LIMIT, MOST};

/// Takes a line for people whenever a call gets further.
pub type Progress = UnboundedSender<String>;

/// Runs to the end, or until there are as many items as were asked for.
pub async fn run(
    connection: &Connection,
    description: &Description,
    mut arguments: JsonObject,
    progress: Progress,
) -> CallToolResult {
    let limit = match limit(description, &mut arguments) {
        Ok(limit) => limit,
        Err(message) => return answer::invalid(LIMIT, &message),
    };
    let id = description.action.id.clone();
    let call = Call::Action { id, input: Value::Object(arguments).to_string() };
    let mut collector = Collector { limit, ..Collector::new(Some(progress)) };
    let ended = match connection.run(call, &mut collector).await {
        Ok(outcome) => collector.ended(&outcome.output),
        Err(failure) => Err(failure),
    };
    match ended {
        Ok(ended) => answer::success(description, ended),
        Err(failure) => answer::failure(&failure),
    }
}

/// Takes the limit out of the arguments of an action with items, unless it is the action's own.
fn limit(description: &Description, arguments: &mut JsonObject) -> Result<usize, String> {
    let own = || schema::has_own_limit(&schema::plain(&description.input));
    if description.action.shape == Shape::Single || own() {
        return Ok(ITEMS as usize);
    }
    match arguments.remove(LIMIT) {
        None | Some(Value::Null) => Ok(ITEMS as usize),
        Some(wanted) => match wanted.as_u64() {
            Some(count @ 1..=MOST) => Ok(count as usize),
            _ => Err(format!("must be a whole number from 1 to {MOST}")),
        },
    }
}

/// Keeps the items of a call up to a limit.
pub struct Collector {
    /// As many items are kept.
    pub limit: usize,
    items: Vec<Value>,
    truncated: bool,
    requests: u32,
    progress: Option<Progress>,
    broken: Option<Failure>,
}

impl Collector {
    /// Without a limit.
    pub fn new(progress: Option<Progress>) -> Self {
        Collector {
            limit: usize::MAX,
            items: Vec::new(),
            truncated: false,
            requests: 0,
            progress,
            broken: None,
        }
    }

    /// What it has, with the call's output.
    pub fn ended(self, output: &str) -> Result<Ended, Failure> {
        if let Some(failure) = self.broken {
            return Err(failure);
        }
        let output = parsed("the output", output)?;
        Ok(Ended { output, items: self.items, truncated: self.truncated })
    }

    fn tell(&self, line: String) {
        // Nobody listens when the client did not ask for progress.
        let _ = self.progress.as_ref().map(|progress| progress.send(line));
    }
}

impl Observer for Collector {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        let page: Vec<Value> = match parsed("a page", items) {
            Ok(page) => page,
            Err(failure) => {
                self.broken = Some(failure);
                return ControlFlow::Break(());
            }
        };
        let room = self.limit - self.items.len();
        // Whether there is more is known when the item after the last one is seen.
        self.truncated = page.len() > room;
        self.items.extend(page.into_iter().take(room));
        self.tell(format!("{} items so far", self.items.len()));
        match self.truncated {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn sending(&mut self, _request: &Request) {
        self.requests += 1;
        self.tell(format!("request {}", self.requests));
    }

    fn waiting(&mut self, time: Duration, reason: &str) {
        self.tell(format!("waiting {:.1} s: {reason}", time.as_secs_f64()));
    }
}

fn parsed<T: serde::de::DeserializeOwned>(what: &str, text: &str) -> Result<T, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::Trap(format!("{what} is not the JSON it has to be: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collected(limit: usize, pages: &[&str]) -> (usize, Ended) {
        let mut collector = Collector { limit, ..Collector::new(None) };
        let asked = pages.iter().take_while(|page| collector.page(page, 0).is_continue()).count();
        (asked, collector.ended("null").unwrap())
    }

    #[test]
    fn a_list_ends_when_an_item_too_many_is_seen() {
        let (asked, ended) = collected(2, &["[1, 2]", "[]", "[3]", "[4]"]);
        assert_eq!((asked, ended.items.len(), ended.truncated), (2, 2, true));
        let (asked, ended) = collected(2, &["[1, 2]", "[]"]);
        assert_eq!((asked, ended.items.len(), ended.truncated), (2, 2, false));
    }

    #[test]
    fn pages_that_are_no_lists_are_the_connectors_fault() {
        let mut collector = Collector::new(None);
        assert!(collector.page("7", 0).is_break());
        assert!(matches!(collector.ended("null"), Err(Failure::Trap(_))));
    }
}
