//! Collects what a call brings, and tells how far it is.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;

use connector_host::contract::Request;
use connector_host::{Connection, Error, Observer, Transfer, page_items};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc::UnboundedSender;

use crate::answer::Ended;

/// Takes a line for people whenever a call gets further.
pub type Progress = UnboundedSender<String>;

/// Keeps the items of a call, or a part of them.
pub struct Collector<'a> {
    /// Whose operations are noted.
    of: Option<&'a Connection>,
    /// The service's names of those that requests were sent for; None for one that has no name.
    operations: BTreeSet<Option<String>>,
    /// Items left out at the beginning.
    skip: usize,
    /// Of those, how many there were.
    skipped: usize,
    /// Items kept after that, at most.
    limit: usize,
    /// Bytes that may still be kept; one item always is.
    bytes: usize,
    items: Vec<Value>,
    truncated: bool,
    seen: usize,
    requests: u32,
    progress: Option<Progress>,
    broken: Option<Error>,
}

impl<'a> Collector<'a> {
    /// Keeps everything.
    pub fn new(progress: Option<Progress>) -> Self {
        Collector {
            of: None,
            operations: BTreeSet::new(),
            skip: 0,
            skipped: 0,
            limit: usize::MAX,
            bytes: usize::MAX,
            items: Vec::new(),
            truncated: false,
            seen: 0,
            requests: 0,
            progress,
            broken: None,
        }
    }

    /// Keeps `limit` items of about so many bytes after `skip` others, and notes whose operations are
    /// sent.
    pub fn part(mut self, of: &'a Connection, limit: usize, skip: usize, bytes: usize) -> Self {
        (self.of, self.limit, self.skip, self.bytes) = (Some(of), limit, skip, bytes);
        self
    }

    /// The operations that requests were sent for; None for one that has no name.
    pub fn operations(&mut self) -> BTreeSet<Option<String>> {
        std::mem::take(&mut self.operations)
    }

    /// What it has, with the call's output.
    pub fn ended(self, output: &str) -> Result<Ended, Error> {
        if let Some(failure) = self.broken {
            return Err(failure);
        }
        let output = parsed("the output", output)?;
        let Collector { items, skipped, truncated: more, .. } = self;
        Ok(Ended { output, items, skipped, more })
    }

    fn take(&mut self, page: &str) -> Result<(), Error> {
        let page = page_items(page)?;
        self.seen += page.len();
        let skipped = self.skip.min(page.len());
        self.skip -= skipped;
        self.skipped += skipped;
        for item in &page[skipped..] {
            // Whether there is more is known when the item after the last one is seen.
            let fits = self.items.is_empty() || item.len() <= self.bytes;
            if self.items.len() == self.limit || !fits {
                self.truncated = true;
                break;
            }
            self.bytes = self.bytes.saturating_sub(item.len());
            self.items.push(parsed("an item", item)?);
        }
        Ok(())
    }

    fn tell(&self, line: String) {
        // Nobody listens when the client did not ask for progress.
        let _ = self.progress.as_ref().map(|progress| progress.send(line));
    }
}

impl Observer for Collector<'_> {
    fn page(&mut self, items: &str, _count: u32) -> ControlFlow<()> {
        self.broken = self.take(items).err();
        self.tell(format!("{} items so far", self.seen));
        match self.truncated || self.broken.is_some() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn sending(&mut self, request: &Request) {
        if let Some(connection) = self.of {
            self.operations.insert(connection.operation(request));
        }
        self.requests += 1;
        self.tell(format!("request {}", self.requests));
    }

    fn transferring(&mut self, transfer: &Transfer) {
        let Transfer { sent, received, .. } = transfer;
        self.tell(format!("request {}: {sent} bytes sent, {received} received", self.requests));
    }

    fn waiting(&mut self, time: Duration, reason: &str) {
        self.tell(format!("waiting {:.1} s: {reason}", time.as_secs_f64()));
    }
}

fn parsed<'a, T: Deserialize<'a>>(what: &str, text: &'a str) -> Result<T, Error> {
    serde_json::from_str(text)
        .map_err(|error| Error::trap(format!("{what} is not the JSON it has to be: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collected(limit: usize, pages: &[&str]) -> (usize, Ended) {
        part(Collector { limit, ..Collector::new(None) }, pages)
    }

    fn part(mut collector: Collector<'_>, pages: &[&str]) -> (usize, Ended) {
        let asked = pages.iter().take_while(|page| collector.page(page, 0).is_continue()).count();
        (asked, collector.ended("null").unwrap())
    }

    #[test]
    fn a_list_ends_when_an_item_too_many_is_seen() {
        let (asked, ended) = collected(2, &["[1, 2]", "[]", "[3]", "[4]"]);
        assert_eq!((asked, ended.items.len(), ended.more), (2, 2, true));
        let (asked, ended) = collected(2, &["[1, 2]", "[]"]);
        assert_eq!((asked, ended.items.len(), ended.more), (2, 2, false));
    }

    #[test]
    fn a_part_goes_over_pages() {
        let skipping = Collector { skip: 3, limit: 2, ..Collector::new(None) };
        let (asked, ended) = part(skipping, &["[1, 2]", "[3, 4]", "[5]"]);
        assert_eq!((asked, ended.items, ended.skipped), (3, vec![4.into(), 5.into()], 3));
    }

    #[test]
    fn items_that_are_too_long_are_left_to_the_next_answer() {
        let small = || Collector { bytes: 4, ..Collector::new(None) };
        let (_, ended) = part(small(), &["[12, 34]", "[5]"]);
        assert_eq!((ended.items.len(), ended.more), (2, true));
        let (_, ended) = part(small(), &["[123456]"]);
        assert_eq!((ended.items.len(), ended.more), (1, false));
    }

    #[test]
    fn pages_that_are_no_lists_are_the_connectors_fault() {
        let mut collector = Collector::new(None);
        assert!(collector.page("7", 0).is_break());
        assert!(matches!(collector.ended("null"), Err(Error::Trap(_))));
    }
}
