//! Text that must not be seen.

use std::fmt;

use zeroize::Zeroizing;

/// A token, a client secret, a password. It prints as `Secret`, and its memory is overwritten
/// when it is dropped. It cannot be serialized; whoever needs the text says [`Secret::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes the text over; a copy that the caller keeps is the caller's to forget.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(Zeroizing::new(text.into()))
    }

    /// The text itself. Every use of it is a place to look at twice.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
