//! The triggers that this process watches, and what ends each.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use connector_host::CancellationToken;

/// What ends those that are watched, by the ids of their subscriptions.
#[derive(Debug, Default)]
pub struct Watching(Mutex<HashMap<String, CancellationToken>>);

impl Watching {
    /// This one is watched from now on.
    pub fn begin(&self, id: &str, stop: CancellationToken) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), stop);
    }

    /// Whether it is watched.
    pub fn has(&self, id: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains_key(id)
    }

    /// Ends it, if it is watched.
    pub fn end(&self, id: &str) {
        let stop = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        if let Some(stop) = stop {
            stop.cancel();
        }
    }
}
