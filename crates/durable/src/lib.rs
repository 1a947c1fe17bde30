//! What outlasts a process: a [`Journal`] with which a call goes on after a crash, and a [`Watch`]
//! that polls triggers and delivers each event at least once.

#![forbid(unsafe_code)]

mod journal;
mod watch;

pub use journal::{Journal, JournalError, Run, RunState, Turn};
pub use watch::{
    Event, Exec, JsonLines, NotTaken, Sink, Subscription, Watch, WatchError, WatchOptions, Watched,
    Webhook, watched,
};
