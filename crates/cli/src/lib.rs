//! Requests as text: what the command line prints of what a connector asks for. A library only so
//! that `testing/fuzz/` can try odd requests; it changes without notice.

#![forbid(unsafe_code)]

pub mod curl;
pub mod request_format;
pub mod shell;

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
