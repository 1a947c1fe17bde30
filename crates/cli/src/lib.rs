//! Requests as text: what the command line prints of what a connector asks for. A library only so
//! that `testing/fuzz/` can try odd requests; it changes without notice.

#![forbid(unsafe_code)]

pub mod curl;
pub mod shell;
pub mod shown;
