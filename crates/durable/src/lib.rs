//! What outlasts a process: a [`Journal`] with which a call goes on after a crash, and a [`Watch`]
//! that polls triggers and delivers each event at least once.

#![forbid(unsafe_code)]
#![deny(missing_docs, missing_debug_implementations)]

mod journal;
mod watch;

pub use journal::{Journal, JournalError, Run, RunLease, RunState};
pub use watch::{
    Event, Exec, JsonLines, NotTaken, Recorded, Sink, Subscription, Watch, WatchError,
    WatchOptions, Watched, Webhook, record, replay, watched,
};

/// The snippet of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
