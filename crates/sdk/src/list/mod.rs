//! Reads a list page by page. Actions, choices and triggers all read lists; the item sink decides
//! what becomes of the items.

mod cursor;
mod events;
mod fingerprints;
mod item;
mod pagination;
mod sink;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::cursor::TriggerCursor;
pub use self::events::Events;
pub use self::pagination::Pagination;
pub use self::sink::ItemSink;
use crate::answer::{delivered, garbled, page};
use crate::catalog::{Action, Catalog, Service};
use crate::contract::{Error, ErrorKind, Outcome, Reply, Response};
use crate::settings::Settings;
use crate::step::{Command, Progress};

/// A list being read.
#[derive(Serialize, Deserialize)]
pub struct Pages {
    /// The id of the list action.
    action: String,
    pagination: Pagination,
    sink: ItemSink,
}

impl Pages {
    /// Asks for the first page. `input` has passed the check. No more items than `wanted` are.
    pub fn start(
        catalog: &Catalog,
        action: &Action,
        input: &Map<String, Value>,
        settings: &Settings,
        sink: ItemSink,
        wanted: Option<u64>,
    ) -> Result<Progress<Box<Pages>>, Error> {
        let (request, pagination) = Pagination::begin(catalog, action, input, settings, wanted)?;
        let pages = Pages { action: action.id.to_owned(), pagination, sink };
        Ok(Progress::Suspended(Command::Send(request), Box::new(pages)))
    }

    /// After an answer: passes its items on. After a page: asks for the next one.
    pub fn resume(
        mut self: Box<Self>,
        catalog: &Catalog,
        reply: Reply,
    ) -> Result<Progress<Box<Pages>>, Error> {
        let (service, action) = (&catalog.service, catalog.action(&self.action)?);
        if reply == Reply::Proceed {
            return self.advance(catalog, action);
        }
        let response = delivered(service, reply)?;
        let page = page::read(service, action, &response)?;
        let (items, count) = self
            .sink
            .take(catalog, page.items, page.count)
            .map_err(|fault| in_answer(service, &response, fault))?;
        self.pagination.advance(action, page.bookmark.as_deref());
        if count == 0 {
            return self.advance(catalog, action);
        }
        Ok(Progress::Suspended(Command::Emit { items, count }, self))
    }

    fn advance(
        self: Box<Self>,
        catalog: &Catalog,
        action: &Action,
    ) -> Result<Progress<Box<Pages>>, Error> {
        Ok(match self.pagination.request(catalog, action)? {
            Some(request) => Progress::Suspended(Command::Send(request), self),
            None => {
                Progress::Done(Outcome { output: "null".to_owned(), cursor: self.sink.finish() })
            }
        })
    }
}

/// The error about an item of an answer; its details hold the answer's body.
fn in_answer(service: &Service, response: &Response, fault: Error) -> Error {
    match fault.kind {
        ErrorKind::Unexpected => Error { message: fault.message, ..garbled(service, response, "") },
        _ => fault,
    }
}
