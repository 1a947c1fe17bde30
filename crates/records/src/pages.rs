//! Lists, one page at a time: whoever reads takes the next page when the last one is safe.

use std::ops::ControlFlow;
use std::time::Duration;

use connector_host::contract::types::Checkpoint;
use connector_host::contract::{Page, Request};
use connector_host::{Call, Connection, Observer, Transfer};
use serde_json::Value;

use crate::Error;

/// What a call came to at its next page.
#[derive(Debug)]
pub enum PageStep {
    /// Its items, and where to go on.
    Page {
        /// As the connector gives them.
        items: Vec<Value>,
        /// For [`Call::Resume`].
        next: Checkpoint,
    },
    /// The end, with the output.
    Done(Value),
}

/// Runs a call up to its next page.
pub async fn page_step(
    connection: &Connection,
    call: Call,
    observer: &mut dyn Observer,
) -> Result<PageStep, Error> {
    let mut first = First { observer, page: None };
    let outcome = connection.run(call, &mut first).await?;
    Ok(match first.page {
        Some(page) => PageStep::Page {
            items: serde_json::from_str(&page.items).map_err(Error::json("a page"))?,
            next: page.checkpoint,
        },
        None => {
            PageStep::Done(serde_json::from_str(&outcome.output).map_err(Error::json("an output"))?)
        }
    })
}

/// Keeps the first page and stops there; tells the other observer all else.
struct First<'a> {
    observer: &'a mut dyn Observer,
    page: Option<Page>,
}

impl Observer for First<'_> {
    fn emitted(&mut self, page: &Page) -> ControlFlow<()> {
        self.page = Some(page.clone());
        ControlFlow::Break(())
    }

    fn sending(&mut self, request: &Request) {
        self.observer.sending(request);
    }

    fn transferring(&mut self, transfer: &Transfer) {
        self.observer.transferring(transfer);
    }

    fn waiting(&mut self, time: Duration, reason: &str) {
        self.observer.waiting(time, reason);
    }
}
