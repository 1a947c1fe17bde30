//! Text that must not be seen.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

/// A token, a client secret, a password. It prints as `Secret`, and its memory is overwritten
/// when it is dropped. It cannot be serialized; whoever needs the text says [`Secret::expose`].
#[derive(Clone, PartialEq, Eq)]
pub struct Secret {
    text: Zeroizing<String>,
    /// Of a pair: the first value, which is no secret.
    user: Option<String>,
}

impl Secret {
    /// Takes the text over; a copy that the caller keeps is the caller's to forget.
    pub fn new(text: impl Into<String>) -> Self {
        Secret { text: Zeroizing::new(text.into()), user: None }
    }

    /// A password, or the secret of a key, with the user or the id that it belongs to.
    pub fn pair(user: impl Into<String>, password: impl Into<String>) -> Self {
        Secret { user: Some(user.into()), ..Secret::new(password) }
    }

    /// The user or the id of a pair.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// The value of an `authorization` header by RFC 7617. A secret that is no pair is the user, with an
    /// empty password.
    pub(crate) fn basic(&self) -> Zeroizing<String> {
        let plain = Zeroizing::new(match &self.user {
            Some(user) => format!("{user}:{}", *self.text),
            None => format!("{}:", *self.text),
        });
        Zeroizing::new(format!("Basic {}", *Zeroizing::new(STANDARD.encode(&*plain))))
    }

    /// The text itself. Every use of it is a place to look at twice.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
