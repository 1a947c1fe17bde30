//! What is known of a guest's end.

use std::fmt;

/// Bytes of the last words that a sentence holds.
const QUOTED: usize = 400;

/// Why a connector crashed, or how it does not do as the contract says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crash {
    /// The cause, for people.
    pub cause: String,
    /// What the connector said last, by `diagnostics.last-words`: for its developers.
    pub last_words: Option<String>,
}

impl Crash {
    /// The same with each of its texts replaced.
    pub(crate) fn map(self, replace: impl Fn(String) -> String) -> Self {
        let last_words = self.last_words.map(&replace);
        Crash { cause: replace(self.cause), last_words }
    }
}

impl From<String> for Crash {
    fn from(cause: String) -> Self {
        Crash { cause, last_words: None }
    }
}

impl fmt::Display for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause)?;
        let Some(words) = self.last_words.as_deref().map(str::trim) else { return Ok(()) };
        let quoted = &words[words.ceil_char_boundary(words.len().saturating_sub(QUOTED))..];
        let cut = if quoted.len() < words.len() { "…" } else { "" };
        write!(f, "; it said last: {cut}{quoted}")
    }
}
