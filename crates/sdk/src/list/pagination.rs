//! Reads a list from page to page.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::base;
use crate::catalog::{Action, Catalog, Kind, Listing};
use crate::checkpoint::{checksum, damaged};
use crate::contract::{Error, Request};
use crate::error::unexpected;
use crate::request;
use crate::settings::Settings;

/// How far a list has been read.
#[derive(Serialize, Deserialize)]
pub struct Pagination {
    next: Next,
    /// Sent with every page, by the lists that are asked for with POST.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    body: Option<Value>,
    /// Where a setting chose it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    credential: Option<String>,
    guard: Guard,
}

/// What comes after the page at hand.
#[derive(Serialize, Deserialize)]
enum Next {
    /// The page at this URL.
    Page(String),
    End,
    /// Pages that have been read already: the list would never end.
    Circle,
}

impl Pagination {
    /// The pagination and the request for the first page. `input` is checked. Pages are as large
    /// as the service allows, unless the input says otherwise or fewer items are wanted.
    pub fn begin(
        catalog: &Catalog,
        action: &Action,
        input: &Map<String, Value>,
        settings: &Settings,
        wanted: Option<u64>,
    ) -> Result<(Request, Pagination), Error> {
        let (mut request, body) = request::build(catalog, action, input, settings)?;
        if let Listing::Bookmark { size: Some((name, max)) }
        | Listing::Numbered { size: Some((name, max)), .. } = action.listing
            && !input.contains_key(name)
        {
            let size = page_size(action, name, max, wanted);
            request.url = request::with_query(&request.url, name, &size.to_string());
        }
        if let Listing::Numbered { page, .. } = action.listing {
            request.url = request::with_query(&request.url, page, "1");
        }
        let next = Next::Page(request.url.clone());
        let chosen = action.credential.and_then(|credential| credential.chosen_by);
        let credential = chosen.and(request.credential.clone());
        Ok((request, Pagination { next, body, credential, guard: Guard::default() }))
    }

    /// A page has been read, and this is where the next one begins.
    pub fn advance(&mut self, action: &Action, bookmark: Option<&str>) {
        self.next = match (bookmark, &self.next) {
            (Some(_), Next::Page(url)) if let Listing::Numbered { page, .. } = action.listing => {
                self.guard.pages = self.guard.pages.saturating_add(1);
                let number = self.guard.pages.saturating_add(1).to_string();
                Next::Page(request::with_query(url, page, &number))
            }
            (Some(bookmark), _) if self.guard.repeats(bookmark) => Next::Circle,
            (Some(bookmark), Next::Page(url)) => {
                Next::Page(request::with_query(url, "bookmark", bookmark))
            }
            _ => Next::End,
        };
    }

    /// The request for the next page; none at the end.
    pub fn request(&self, catalog: &Catalog, action: &Action) -> Result<Option<Request>, Error> {
        match &self.next {
            Next::Page(url) if !is_of(catalog, action, url) => Err(damaged("checkpoint")),
            Next::Page(url) => {
                // A checkpoint chooses no other credential where no setting can.
                let chosen = self.credential.as_deref().filter(|_| {
                    action.credential.is_some_and(|credential| credential.chosen_by.is_some())
                });
                let fixed = action.credential.map(|credential| credential.id);
                let (credential, body) = (chosen.or(fixed), self.body.as_ref());
                Ok(Some(request::request(catalog, action, credential, url.clone(), body)))
            }
            Next::End => Ok(None),
            Next::Circle => Err(unexpected(
                "bookmark-repeats",
                format!("{}'s list leads back to a page already read", catalog.service.name),
            )),
        }
    }
}

/// The largest page, or the smallest that holds all that is wanted.
fn page_size(action: &Action, name: &str, max: u32, wanted: Option<u64>) -> u64 {
    let least = action.input.iter().find(|field| field.name == name).map(|field| &field.ty.kind);
    let least = match least {
        Some(Kind::Integer { min, .. }) => u64::try_from(*min).unwrap_or_default(),
        _ => 1,
    };
    wanted.map_or(max.into(), |wanted| wanted.clamp(least.max(1).min(max.into()), max.into()))
}

/// Whether a URL is one of the action's: a page must not lead anywhere else.
fn is_of(catalog: &Catalog, action: &Action, url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default();
    let mut below = catalog.bases.iter().filter_map(|(_, base)| base::below(path, base));
    below.any(|path| {
        let (found, wanted): (Vec<_>, Vec<_>) =
            (path.split('/').collect(), action.path.split('/').collect());
        // One that holds several segments takes those that no other part of the path does.
        let many = wanted.iter().position(|part| part.starts_with("{+"));
        let more = found.len().saturating_sub(wanted.len());
        let part = |index: usize| match many {
            Some(many) if index > many => wanted[many.max(index - more.min(index))],
            _ => wanted[index],
        };
        let fits = |(index, found): (usize, &&str)| match part(index) {
            wanted if wanted.starts_with('{') => {
                !matches!(*found, "" | "." | "..") && !found.contains(['#', '\\'])
            }
            wanted => *found == wanted,
        };
        found.len() >= wanted.len()
            && (more == 0 || many.is_some())
            && found.iter().enumerate().all(fits)
    }) && !url.contains('#')
}

/// Notices bookmarks that repeat, by remembering a single one (Brent's algorithm): it is compared with
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
