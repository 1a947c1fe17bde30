//! Lists in pages, and the bookmarks between them.
//!
//! Only a null bookmark ends a list. Pinterest was seen to hand out a bookmark
//! with a short last page, and then an empty page with null; other lists end at
//! their last item. Both are legal and clients must take both, so both are here.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::reply::{Refusal, Reply};

/// When a page says that it was the last one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The page with the last item carries null.
    AtLastItem,
    /// Every page with an item carries a bookmark; an empty page carries null.
    AtEmptyPage,
}

/// What the query says about paging.
#[derive(Deserialize)]
pub struct Asked {
    bookmark: Option<String>,
    #[serde(alias = "limit")]
    page_size: Option<usize>,
}

/// One page to be read.
pub struct Page {
    /// The position of the last item that the caller has, if any.
    pub after: Option<String>,
    seen: usize,
    size: usize,
    list: u64,
}

#[derive(Serialize)]
struct Envelope<T> {
    items: Vec<T>,
    bookmark: Option<String>,
}

impl Page {
    /// Opens the bookmark. `list` names the list with its filters: a bookmark of
    /// another list is refused, as is one that we did not write, and as is
    /// reading on after `cap` items. A page has no more than `largest` items, whatever is asked for.
    pub fn open(
        asked: Asked,
        list: &str,
        cap: Option<usize>,
        largest: Option<usize>,
    ) -> Result<Page, Refusal> {
        let list = digest(&list);
        let size = asked.page_size.unwrap_or(25).min(largest.unwrap_or(usize::MAX));
        let Some(bookmark) = asked.bookmark else {
            return Ok(Page { after: None, seen: 0, size, list });
        };
        let (seen, after) = decode(&bookmark, list).ok_or_else(|| {
            Refusal::new(
                StatusCode::BAD_REQUEST,
                1,
                "bookmark: the value is not a bookmark of this list",
            )
        })?;
        if cap.is_some_and(|cap| seen >= cap) {
            return Err(Refusal::invalid("Pagination beyond 100.000 pins are not allowed"));
        }
        Ok(Page { after: Some(after), seen, size, list })
    }

    /// Takes a page from rows that begin after the position. Each row comes with
    /// its own position.
    pub fn reply<P: ToString, T: Serialize>(
        &self,
        end: End,
        rows: impl Iterator<Item = (P, T)>,
    ) -> Reply {
        let (items, bookmark) = self.take(end, rows);
        Reply::ok(&Envelope { items, bookmark })
    }

    /// The items of a page, and the bookmark of the next.
    pub fn take<P: ToString, T>(
        &self,
        end: End,
        rows: impl Iterator<Item = (P, T)>,
    ) -> (Vec<T>, Option<String>) {
        let mut rows = rows;
        let mut items = Vec::new();
        let mut last = None;
        for (position, item) in rows.by_ref().take(self.size) {
            items.push(item);
            last = Some(position);
        }
        let more = end == End::AtEmptyPage || (items.len() == self.size && rows.next().is_some());
        let seen = self.seen + items.len();
        let bookmark = last.filter(|_| more).map(|last| encode(seen, &last.to_string(), self.list));
        (items, bookmark)
    }
}

fn encode(seen: usize, position: &str, list: u64) -> String {
    let seal = digest(&(seen, position, list));
    URL_SAFE_NO_PAD.encode(format!("{seal:016x}|{seen}|{position}"))
}

fn decode(bookmark: &str, list: u64) -> Option<(usize, String)> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(bookmark).ok()?).ok()?;
    let (_, rest) = text.split_once('|')?;
    let (seen, position) = rest.split_once('|')?;
    let seen = seen.parse().ok()?;
    (encode(seen, position, list) == bookmark).then(|| (seen, position.to_owned()))
}

fn digest(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
