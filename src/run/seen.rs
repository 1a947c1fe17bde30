//! The keys that a trigger has met, small enough to be a cursor: 48 bits of a hash each, as eight
//! characters, so that 50 000 of them make 400 kB of text. Among so many, a new key shares a hash
//! with an old one once in five billion times.
//!
//! A key that a poll did not meet again is let go, but not at once: items also drop out of a list
//! that changes while it is read. The last few thousand of these are still known.

use serde::{Deserialize, Serialize};

use super::hashes::{Hashes, hash};
use crate::checkpoint::{opened, sealed};
use crate::contract::{Cursor, Error};

/// Changes whenever an older component could misread what a newer one wrote.
const TAG: &str = "seen-2";

/// How many keys that are gone are remembered: those that went last.
const GONE: usize = 8_192;

/// What a cursor holds.
#[derive(Serialize, Deserialize, Default)]
pub struct Seen {
    /// Those that the last poll met, sorted.
    here: Hashes,
    /// Those before that it did not meet, the longest gone first.
    #[serde(default, skip_serializing_if = "Hashes::is_empty")]
    gone: Hashes,
}

impl Seen {
    /// Reads a cursor.
    pub fn read(cursor: &str) -> Result<Seen, Error> {
        opened(TAG, "cursor", cursor)
    }

    pub fn cursor(&self) -> Cursor {
        sealed(TAG, self)
    }
}

/// A poll under way.
#[derive(Serialize, Deserialize)]
pub struct Poll {
    before: Seen,
    /// Those that this poll has met, sorted.
    met: Hashes,
}

impl Poll {
    pub fn begin(before: Seen) -> Poll {
        Poll { before, met: Hashes::default() }
    }

    /// Which of the keys of a page are new, each once.
    pub fn meet(&mut self, keys: &[String]) -> Vec<bool> {
        let mut gone = self.before.gone.clone();
        gone.sort();
        let mut page = Hashes::default();
        let mut is_new = |key: &String| {
            let hash = hash(key);
            let again = page.has_unsorted(hash) || self.met.has(hash);
            page.push(hash);
            !again && !self.before.here.has(hash) && !gone.has(hash)
        };
        let new = keys.iter().map(&mut is_new).collect();
        self.met.merge(page);
        new
    }

    /// The list was read to its end.
    pub fn end(self) -> Seen {
        let Seen { here: before, mut gone } = self.before;
        gone.retain(|hash| !self.met.has(hash));
        let mut went = before;
        went.retain(|hash| !self.met.has(hash));
        gone.extend(went);
        gone.keep_last(GONE);
        Seen { here: self.met, gone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poll(seen: Seen, pages: &[&[&str]]) -> (Vec<String>, Seen) {
        let mut poll = Poll::begin(Seen::read(&seen.cursor()).unwrap());
        let mut new = Vec::new();
        for page in pages {
            let keys: Vec<_> = page.iter().map(|key| (*key).to_owned()).collect();
            let is_new = poll.meet(&keys);
            new.extend(keys.into_iter().zip(is_new).filter(|(_, new)| *new).map(|(key, _)| key));
        }
        (new, poll.end())
    }

    #[test]
    fn a_key_is_new_once() {
        let (new, seen) = poll(Seen::default(), &[&["a", "b", "a"], &["b", "c"]]);
        assert_eq!(new, ["a", "b", "c"]);
        let (new, seen) = poll(seen, &[&["d", "c"]]);
        assert_eq!(new, ["d"]);
        let (new, _) = poll(seen, &[&["a", "b", "c", "d"]]);
        assert!(new.is_empty(), "what drops out of a list and comes back is known: {new:?}");
    }

    #[test]
    fn keys_long_gone_are_let_go() {
        let all: Vec<_> = (0..GONE + 10).map(|key| key.to_string()).collect();
        let all: Vec<_> = all.iter().map(String::as_str).collect();
        let (_, seen) = poll(Seen::default(), &[&all]);
        let (_, seen) = poll(seen, &[&["x"]]);
        assert!(seen.cursor().len() < (GONE + 10) * 8);
        let (new, _) = poll(seen, &[&all]);
        assert_eq!(new.len(), 10);
    }

    #[test]
    fn fifty_thousand_keys_fit_a_cursor() {
        let all: Vec<_> = (0..50_000).map(|key| format!("follower{key}")).collect();
        let pages: Vec<_> = all.chunks(250).collect();
        let mut poll = Poll::begin(Seen::default());
        assert!(pages.iter().all(|page| poll.meet(page).iter().all(|new| *new)));
        assert!(poll.end().cursor().len() < 512 << 10);
    }
}
