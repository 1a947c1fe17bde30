//! Reads a list page by page. Actions, choices and triggers all read lists; what becomes of the
//! items is the feed's business.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::course::Course;
use super::feed::Feed;
use super::{Job, action, send};
use crate::answer::{delivered, garbled, page};
use crate::catalog::Action;
use crate::checkpoint;
use crate::contract::{Error, ErrorKind, Outcome, Page, Reply, Response, Step};
use crate::settings::Settings;

/// A list being read.
#[derive(Serialize, Deserialize)]
pub struct Pages {
    /// The id of the list action.
    action: String,
    course: Course,
    feed: Feed,
}

impl Pages {
    /// Asks for the first page. `input` has passed the check.
    pub fn start(
        action: &Action,
        input: &Map<String, Value>,
        settings: &Settings,
        feed: Feed,
    ) -> Result<Step, Error> {
        let (request, course) = Course::begin(action, input, settings)?;
        let pages = Pages { action: action.id.to_owned(), course, feed };
        Ok(send(request, &Job::Pages(Box::new(pages))))
    }

    /// After an answer: passes its items on. After a page: asks for the next one.
    pub fn resume(mut self: Box<Self>, reply: Reply) -> Result<Step, Error> {
        let action = action(&self.action)?;
        if reply == Reply::Proceed {
            return self.advance(action);
        }
        let response = delivered(reply)?;
        let page = page::read(action, &response)?;
        let (items, count) =
            self.feed.take(page.items, page.count).map_err(|fault| told(&response, fault))?;
        self.course.turn(page.bookmark.as_deref());
        if count == 0 {
            return self.advance(action);
        }
        Ok(Step::Emit(Page { items, count, checkpoint: checkpoint::write(&Job::Pages(self)) }))
    }

    fn advance(self: Box<Self>, action: &Action) -> Result<Step, Error> {
        Ok(match self.course.request(action)? {
            Some(request) => send(request, &Job::Pages(self)),
            None => Step::Done(Outcome { output: "null".to_owned(), cursor: self.feed.finish() }),
        })
    }
}

/// A fault in the items of an answer, with what the answer says.
fn told(response: &Response, fault: Error) -> Error {
    match fault.kind {
        ErrorKind::Unexpected => Error { message: fault.message, ..garbled(response, "") },
        _ => fault,
    }
}
