//! Watches triggers: polls them, records each event once, and delivers each at least once.
//!
//! The events of a poll and its cursor are recorded in one transaction, and an event by its id, so
//! that neither a crash nor a poll that is repeated loses or repeats one in the record. Delivery
//! follows the record: an event counts as delivered when the [`Sink`] has taken it, and comes again
//! when the process ended between the two.

mod engine;
mod event;
mod exec;
mod jsonl;
mod record;
mod store;
mod summary;
mod webhook;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use connector_host::Error;
use connector_store::{DatabaseError, StoreError};

pub use self::engine::Watch;
pub use self::event::Event;
pub use self::exec::Exec;
pub use self::jsonl::JsonLines;
pub use self::record::{Recorded, record, replay};
pub use self::summary::{Watched, watched};
pub use self::webhook::Webhook;

/// Takes events.
#[async_trait]
pub trait Sink: Send {
    /// When this returns without an error the event does not come again. The error says why it was
    /// not taken, without secrets. The same event may come twice, under the same id.
    async fn deliver(&mut self, event: &Event) -> Result<(), NotTaken>;
}

/// Why a sink has not taken an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// It may take it another time.
    #[error("{0}")]
    Yet(String),
    /// It can never take this one, so the event is put aside.
    #[error("{0}")]
    Ever(String),
}

impl From<String> for NotTaken {
    fn from(why: String) -> Self {
        NotTaken::Yet(why)
    }
}

/// A trigger to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Its id.
    pub trigger: String,
    /// Its configuration, a JSON object. The same one in other words is the same subscription.
    pub config: String,
}

/// How a watch works.
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// From one poll of a trigger to the next. Default: 5 minutes.
    pub every: Duration,
    /// No trigger is polled while so many events are undelivered. One poll may bring more.
    /// Default: 1000.
    pub backlog: u64,
    /// The wait before a poll or a delivery that failed is repeated; it doubles each time.
    /// Default: 1 s.
    pub backoff: Duration,
    /// The longest such wait. Default: 10 minutes.
    pub max_backoff: Duration,
    /// A delivery that has failed so often is put aside. Default: never.
    pub tries: Option<u32>,
    /// Delivered events are kept so long, so that one that comes up again is known. Default: 30
    /// days.
    pub keep: Duration,
}

impl Default for WatchOptions {
    fn default() -> Self {
        WatchOptions {
            every: Duration::from_secs(300),
            backlog: 1000,
            backoff: Duration::from_secs(1),
            max_backoff: Duration::from_secs(600),
            tries: None,
            keep: Duration::from_secs(30 * 24 * 3600),
        }
    }
}

/// Why a watch cannot begin, or ends.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WatchError {
    /// The record cannot be opened, read or written.
    #[error("watch: {0}")]
    Database(#[from] DatabaseError),
    /// A folder or a file.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another process watches under this name, or writes to this file.
    #[error("{path}: in use by another process", path = .0.display())]
    Busy(PathBuf),
    /// The configuration of a trigger is wrong, or its cursor is of no use: waiting does not help.
    #[error("`{trigger}`: {failure}")]
    Refused {
        /// The id of the trigger.
        trigger: String,
        /// Why.
        failure: Error,
    },
    /// A sink cannot be used.
    #[error("{0}")]
    Sink(String),
}

impl From<StoreError> for WatchError {
    fn from(error: StoreError) -> Self {
        WatchError::Database(error.into())
    }
}

impl WatchError {
    /// For [`Result::map_err`], naming what cannot be used.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> WatchError {
        let path = path.into();
        move |source| WatchError::File { path, source }
    }
}
