//! Reads a list page by page. Actions, choices and triggers all read lists; what becomes of the
//! items is the feed's business.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::feed::Feed;
use super::{Job, action, send};
use crate::answer::{delivered, in_answer, page};
use crate::catalog::{Action, Listing};
use crate::checkpoint::{self, checksum};
use crate::contract::{Error, Outcome, Page, Reply, Step};
use crate::error::unexpected;
use crate::input::request;
use crate::settings::Settings;

/// A list being read.
#[derive(Serialize, Deserialize)]
pub struct Pages {
    /// The id of the list action.
    action: String,
    next: Next,
    /// Sent with every page, by the lists that are asked for with POST.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    body: Option<Value>,
    guard: Guard,
    feed: Feed,
}

/// What comes after the page at hand.
#[derive(Serialize, Deserialize)]
enum Next {
    /// The page at this URL.
    Page(String),
    End,
    /// Pages that have been read already, for ever.
    Circle,
}

impl Pages {
    /// Asks for the first page. `input` has passed the check.
    pub fn start(
        action: &Action,
        input: &Map<String, Value>,
        settings: &Settings,
        feed: Feed,
    ) -> Step {
        let (mut request, body) = request::build(action, input, settings);
        if let Listing::Bookmark { size: Some((name, max)) } = action.listing
            && !input.contains_key(name)
        {
            request.url = request::with_query(&request.url, name, &max.to_string());
        }
        let next = Next::Page(request.url.clone());
        let pages =
            Pages { action: action.id.to_owned(), next, body, guard: Guard::default(), feed };
        send(request, &Job::Pages(pages))
    }

    /// After an answer: passes its items on. After a page: asks for the next one.
    pub fn resume(mut self, reply: Reply) -> Result<Step, Error> {
        let action = action(&self.action)?;
        if reply == Reply::Proceed {
            return self.advance(action);
        }
        let response = delivered(reply)?;
        let page = page::read(action, &response)?;
        let (items, count) =
            self.feed.take(action, &page.items).map_err(|error| in_answer(&response, error))?;
        self.next = match (page.bookmark, self.next) {
            (Some(bookmark), _) if self.guard.repeats(&bookmark) => Next::Circle,
            (Some(bookmark), Next::Page(url)) => {
                Next::Page(request::with_query(&url, "bookmark", &bookmark))
            }
            _ => Next::End,
        };
        if count == 0 {
            return self.advance(action);
        }
        Ok(Step::Emit(Page { items, count, checkpoint: checkpoint::write(&Job::Pages(self)) }))
    }

    fn advance(self, action: &Action) -> Result<Step, Error> {
        match &self.next {
            Next::Page(url) => {
                let body = self.body.as_ref();
                let request =
                    request::request(action.method, url.clone(), body, action.effect, action.quota);
                Ok(send(request, &Job::Pages(self)))
            }
            Next::End => {
                Ok(Step::Done(Outcome { output: "null".to_owned(), cursor: self.feed.finish() }))
            }
            Next::Circle => Err(unexpected(
                "bookmark-repeats",
                "Pinterest's list leads back to a page already read",
            )),
        }
    }
}

/// Notices a circle of bookmarks with one remembered bookmark (Brent's way): it is compared with
/// each that follows, and replaced after 1, 2, 4, … pages.
#[derive(Serialize, Deserialize, Default)]
struct Guard {
    remembered: u64,
    pages: u32,
}

impl Guard {
    fn repeats(&mut self, bookmark: &str) -> bool {
        let sum = checksum(bookmark.as_bytes());
        let repeats = self.pages > 0 && self.remembered == sum;
        self.pages += 1;
        if self.pages.is_power_of_two() {
            self.remembered = sum;
        }
        repeats
    }
}
