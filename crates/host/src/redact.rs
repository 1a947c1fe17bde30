//! Keeps secrets out of what comes from elsewhere: the one place that looks for them.
//!
//! A service may say back what it was sent, in an error, a header or a page. Each answer goes
//! through here before the connector, a log, an error or a journal gets it.

mod forms;
mod known;
mod stream;
mod told;

use std::fmt;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

pub use known::{KnownSecrets, everywhere};
pub(crate) use stream::Redacting;

/// What stands in the place of a secret. It is good in JSON, in HTML and in a header.
pub const REDACTED: &str = "[secret]";

/// Bytes of a value that is taken for a secret wherever it stands. A shorter one would be found in
/// ordinary words and numbers.
const SHORTEST: usize = 6;
/// Bytes from which on it may also stand in the middle of a word.
const IN_WORDS: usize = 12;
/// Bytes before a match that are looked at: `%20` ends a word.
const BEFORE: usize = 3;

/// Replaces a fixed set of secrets, in all the ways in which they may be written. Cheap to clone.
#[derive(Clone, Default)]
pub struct Redactor(Option<Arc<Patterns>>);

struct Patterns {
    search: AhoCorasick,
    /// Of each pattern: whether it counts only as a word by itself.
    words: Vec<bool>,
    longest: usize,
    /// A JSON text may write any of its letters as `\u0041`.
    unescape: bool,
}

impl Redactor {
    /// For secrets of a connection. Those below 6 bytes are found only where a header would have
    /// them, behind `Bearer `; those below 12 not within words.
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms = Vec::new();
        for secret in secrets.into_iter().filter(|secret| !secret.is_empty()) {
            let word = secret.len() < IN_WORDS;
            match secret.len() < SHORTEST {
                true => forms.push((format!("Bearer {secret}"), true)),
                false => forms.extend(forms::of(secret).into_iter().map(|form| (form, word))),
            }
        }
        Self::of(forms, true)
    }

    /// For values that a person has marked as secret: each of them, wherever it stands.
    pub(crate) fn everything<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let values = values.into_iter().filter(|value| !value.is_empty());
        Self::of(values.flat_map(forms::of).map(|form| (form, false)).collect(), false)
    }

    fn of(mut forms: Vec<(String, bool)>, unescape: bool) -> Self {
        forms.sort();
        forms.dedup();
        let longest = forms.iter().map(|(form, _)| form.len()).max().unwrap_or_default();
        let (forms, words): (Vec<String>, Vec<bool>) = forms.into_iter().unzip();
        let search = match forms.is_empty() {
            true => return Redactor(None),
            false => AhoCorasick::builder()
                // A longer secret may begin with a shorter one.
                .match_kind(MatchKind::LeftmostLongest)
                // Each connection has a search: as a DFA, which is what would be chosen, it takes many times
                // the memory, and what is passed over is passed over by the prefilter either way.
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .build(&forms),
        };
        // It fails only beyond billions of bytes.
        Redactor(search.ok().map(|search| Arc::new(Patterns { search, words, longest, unescape })))
    }

    /// The bytes without secrets; the same bytes when there are none in them.
    pub fn bytes(&self, bytes: Vec<u8>) -> Vec<u8> {
        let Some(patterns) = &self.0 else { return bytes };
        let replaced = patterns.replaced(&bytes);
        let replaced = replaced.or_else(|| patterns.replaced(&patterns.unescaped(&bytes)?));
        replaced.unwrap_or(bytes)
    }

    /// The same for a text.
    pub fn text(&self, text: String) -> String {
        let Some(patterns) = &self.0 else { return text };
        let replaced = patterns.replaced(text.as_bytes());
        let replaced =
            replaced.or_else(|| patterns.replaced(&patterns.unescaped(text.as_bytes())?));
        match replaced {
            // Patterns are texts, so what is left between them is one as well.
            Some(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            None => text,
        }
    }
}

impl Patterns {
    /// The first secret that begins at `from` or later.
    fn find(&self, bytes: &[u8], mut from: usize) -> Option<std::ops::Range<usize>> {
        while let Some(found) = self.search.find(Input::new(bytes).range(from..)) {
            let range = found.range();
            if !self.words[found.pattern().as_usize()] || stands_alone(bytes, &range) {
                return Some(range);
            }
            from = range.start + 1;
        }
        None
    }

    fn replaced(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        let mut found = self.find(bytes, 0)?;
        let (mut out, mut copied) = (Vec::with_capacity(bytes.len()), 0);
        loop {
            out.extend_from_slice(&bytes[copied..found.start]);
            out.extend_from_slice(REDACTED.as_bytes());
            copied = found.end;
            match self.find(bytes, copied) {
                Some(next) => found = next,
                None => break,
            }
        }
        out.extend_from_slice(&bytes[copied..]);
        Some(out)
    }

    /// The same JSON with plain letters written plainly, if some are not.
    fn unescaped(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        if !self.unescape {
            return None;
        }
        forms::unescaped(bytes)
    }
}

fn stands_alone(bytes: &[u8], range: &std::ops::Range<usize>) -> bool {
    let part = |byte: &u8| byte.is_ascii_alphanumeric();
    let before = &bytes[range.start.saturating_sub(BEFORE)..range.start];
    let encoded =
        matches!(before, [b'%', high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    (encoded || !before.last().is_some_and(part)) && !bytes.get(range.end).is_some_and(part)
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Redactor")
    }
}
