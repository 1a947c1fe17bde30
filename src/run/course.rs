//! The way through a list, from page to page.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::catalog::{self, Action, Listing};
use crate::checkpoint::{checksum, damaged};
use crate::contract::{Error, Request};
use crate::error::unexpected;
use crate::input::request;
use crate::settings::Settings;

/// How far a list has been read.
#[derive(Serialize, Deserialize)]
pub struct Course {
    next: Next,
    /// Sent with every page, by the lists that are asked for with POST.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    body: Option<Value>,
    guard: Guard,
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

impl Course {
    /// The way, and the request for the first page. `input` has passed the check. Pages are as large
    /// as Pinterest allows, unless the input says otherwise.
    pub fn begin(
        action: &Action,
        input: &Map<String, Value>,
        settings: &Settings,
    ) -> Result<(Request, Course), Error> {
        let (mut request, body) = request::build(action, input, settings)?;
        if let Listing::Bookmark { size: Some((name, max)) } = action.listing
            && !input.contains_key(name)
        {
            request.url = request::with_query(&request.url, name, &max.to_string());
        }
        let next = Next::Page(request.url.clone());
        Ok((request, Course { next, body, guard: Guard::default() }))
    }

    /// A page has been read, and this is where the next one begins.
    pub fn turn(&mut self, bookmark: Option<&str>) {
        self.next = match (bookmark, &self.next) {
            (Some(bookmark), _) if self.guard.repeats(bookmark) => Next::Circle,
            (Some(bookmark), Next::Page(url)) => {
                Next::Page(request::with_query(url, "bookmark", bookmark))
            }
            _ => Next::End,
        };
    }

    /// The request for the next page; none at the end.
    pub fn request(&self, action: &Action) -> Result<Option<Request>, Error> {
        match &self.next {
            Next::Page(url) if !is_of(action, url) => Err(damaged("checkpoint")),
            Next::Page(url) => {
                let body = self.body.as_ref();
                let (method, effect) = (action.method, action.effect);
                Ok(Some(request::request(method, url.clone(), body, effect, action.quota)))
            }
            Next::End => Ok(None),
            Next::Circle => Err(unexpected(
                "bookmark-repeats",
                "Pinterest's list leads back to a page already read",
            )),
        }
    }
}

/// Whether a URL is one of the action's: a page must not lead anywhere else.
fn is_of(action: &Action, url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default();
    let mut below = catalog::BASES.iter().filter_map(|(_, base)| path.strip_prefix(base));
    below.any(|path| {
        let (found, wanted) = (path.split('/'), action.path.split('/'));
        let fits = |(found, wanted): (&str, &str)| match wanted.starts_with('{') {
            true => !matches!(found, "" | "." | "..") && !found.contains(['#', '\\']),
            false => found == wanted,
        };
        found.clone().count() == wanted.clone().count() && found.zip(wanted).all(fits)
    }) && !url.contains('#')
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
        self.pages = self.pages.wrapping_add(1);
        if self.pages.is_power_of_two() {
            self.remembered = sum;
        }
        repeats
    }
}
