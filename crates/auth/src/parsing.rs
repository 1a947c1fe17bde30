//! What services and browsers write, read without a network: a way in for `testing/fuzz/`, which
//! tries odd texts there. Not a part of this library's API: it changes without notice.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use connector_host::contract::Oauth2;
use url::Url;

use crate::oauth::OAuthError;
use crate::tokens::Tokens;
use crate::{loopback, oauth};

/// What a token endpoint answers, asked in this second since 1970.
pub fn tokens(oauth: &Oauth2, body: &[u8], asked_at: u64) -> Result<Tokens, OAuthError> {
    oauth::answer::tokens(oauth, &[], body, asked_at)
}

/// The answer that a request to the listener at a redirect URI brings. Nothing when it is refused.
pub fn redirect(request: &[u8], uri: &Url, state: &str) -> Option<Url> {
    let mut head = pin!(loopback::request::head(request));
    // All of it is there, so nothing has to be waited for.
    match head.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(head)) => loopback::request::find(&head, uri, state).ok(),
        _ => None,
    }
}
