//! What a trigger knows of the items that it has met, small enough to be a cursor: eight characters
//! for each key, so that 50 000 of them make 400 kB of text, and as many for each state where
//! changes count. Among so many, a new key shares a hash with an old one once in five billion times.
//!
//! An item that a poll did not find again is forgotten, but not at once: items also drop out of a list
//! that changes while it is read. The last few thousand of these are still remembered, so an item that
//! leaves and comes back is an event only if it has changed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fingerprints::{Fingerprint, Fingerprints};
use crate::checkpoint::{opened, sealed};
use crate::contract::{Cursor, Error};

/// Changes whenever an older component could misread what a newer one wrote.
const TAG: &str = "seen-3";

/// How many items that are gone are remembered; the oldest are forgotten first.
const GONE: usize = 8_192;

/// What a cursor holds.
#[derive(Serialize, Deserialize, Default)]
pub struct TriggerCursor {
    /// What the last poll met, sorted.
    here: Fingerprints,
    /// What those before met and it did not, the longest gone first.
    #[serde(default, skip_serializing_if = "Fingerprints::is_empty")]
    gone: Fingerprints,
}

impl TriggerCursor {
    /// Reads a cursor.
    pub fn read(cursor: &str) -> Result<TriggerCursor, Error> {
        opened(TAG, "cursor", cursor)
    }

    pub fn cursor(&self) -> Cursor {
        sealed(TAG, self)
    }
}

/// A poll under way. What it meets moves from one list to another, so that it needs hardly more
/// room than the cursor.
#[derive(Serialize, Deserialize)]
pub struct Poll {
    /// What this poll has met, sorted.
    met: Fingerprints,
    /// What the poll before met and this one has not yet, sorted.
    missing: Fingerprints,
    gone: Fingerprints,
}

impl Poll {
    pub fn begin(before: TriggerCursor) -> Poll {
        let TriggerCursor { here, gone } = before;
        Poll { met: Fingerprints::default(), missing: here, gone }
    }

    /// Which items of a page are news, unknown until now or known in another state: for each, how
    /// often its state has changed since it became known.
    pub fn meet(&mut self, items: &[Fingerprint]) -> Vec<Option<u16>> {
        let mut page = BTreeMap::new();
        let mut news = |item: &Fingerprint| {
            let known = page.get(&item.key).copied().or_else(|| self.find(item.key));
            let is_news = known.is_none_or(|known| known.state != item.state);
            let changes = known.map_or(0, |it| it.changes.wrapping_add(u16::from(is_news)));
            page.insert(item.key, Fingerprint { changes, ..*item });
            is_news.then_some(changes)
        };
        let news = items.iter().map(&mut news).collect();
        for list in [&mut self.met, &mut self.missing, &mut self.gone] {
            list.0.retain(|one| !page.contains_key(&one.key));
        }
        self.met.0.extend(page.into_values());
        self.met.0.sort_by_key(|one| one.key);
        news
    }

    fn find(&self, key: u64) -> Option<Fingerprint> {
        let here = self.met.find(key).or_else(|| self.missing.find(key));
        here.or_else(|| self.gone.find_unsorted(key))
    }

    /// The list was read to its end.
    pub fn end(self) -> TriggerCursor {
        let Poll { met, missing, mut gone } = self;
        gone.0.extend(missing.0);
        gone.0.drain(..gone.0.len().saturating_sub(GONE));
        TriggerCursor { here: met, gone }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fingerprints::fingerprint;
    use super::*;

    fn read(item: &str) -> Fingerprint {
        let (key, state) = item.split_once('=').unwrap_or((item, ""));
        fingerprint(key, (!state.is_empty()).then_some(state))
    }

    fn poll(seen: TriggerCursor, pages: &[&[&str]]) -> (Vec<String>, TriggerCursor) {
        let mut poll = Poll::begin(TriggerCursor::read(&seen.cursor()).unwrap());
        let mut news = Vec::new();
        for page in pages {
            let prints: Vec<_> = page.iter().map(|item| read(item)).collect();
            let both = page.iter().zip(poll.meet(&prints));
            news.extend(both.filter(|(_, news)| news.is_some()).map(|(key, _)| (*key).to_owned()));
        }
        (news, poll.end())
    }

    #[test]
    fn a_key_is_new_once() {
        let (new, seen) = poll(TriggerCursor::default(), &[&["a", "b", "a"], &["b", "c"]]);
        assert_eq!(new, ["a", "b", "c"]);
        let (new, seen) = poll(seen, &[&["d", "c"]]);
        assert_eq!(new, ["d"]);
        let (new, _) = poll(seen, &[&["a", "b", "c", "d"]]);
        assert!(new.is_empty(), "what drops out of a list and comes back is known: {new:?}");
    }

    #[test]
    fn a_state_is_news_also_when_it_was_there_before() {
        let (_, seen) = poll(TriggerCursor::default(), &[&["a=1", "b=1"]]);
        let (news, seen) = poll(seen, &[&["a=2", "b=1"]]);
        assert_eq!(news, ["a=2"]);
        let (news, seen) = poll(seen, &[&["a=1"]]);
        assert_eq!(news, ["a=1"]);
        let mut poll_again = Poll::begin(TriggerCursor::read(&seen.cursor()).unwrap());
        assert_eq!(
            poll_again.meet(&[read("a=2"), read("b=1"), read("c=1")]),
            [Some(3), None, Some(0)]
        );
        let (news, seen) = poll(seen, &[&["b=1", "a=1"]]);
        assert!(news.is_empty(), "{news:?}");
        let (_, seen) = poll(seen, &[&["a=1"]]);
        assert_eq!(poll(seen, &[&["b=2", "a=1"]]).0, ["b=2"]);
    }

    #[test]
    fn keys_long_gone_are_let_go() {
        let all: Vec<_> = (0..GONE + 10).map(|key| key.to_string()).collect();
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        let (_, seen) = poll(TriggerCursor::default(), &[&all]);
        let (_, seen) = poll(seen, &[&["x"]]);
        assert!(seen.cursor().len() < (GONE + 10) * 8);
        let (new, _) = poll(seen, &[&all]);
        assert_eq!(new.len(), 10);
    }

    #[test]
    fn fifty_thousand_keys_fit_a_cursor() {
        let all: Vec<_> =
            (0..50_000).map(|key| fingerprint(&format!("follower{key}"), None)).collect();
        let mut poll = Poll::begin(TriggerCursor::default());
        assert!(all.chunks(250).all(|page| poll.meet(page).iter().all(Option::is_some)));
        assert!(poll.end().cursor().len() < 512 << 10);
    }
}
