//! A client that stops reading: its rows wait for it, and not for ever.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Since when a row waits to be taken.
#[derive(Debug, Default)]
pub(super) struct Waiting(Mutex<Option<Instant>>);

impl Waiting {
    /// A row has been handed over.
    pub fn handed(&self) {
        self.set(Some(Instant::now()));
    }

    /// The client has taken all that was handed over.
    pub fn taken(&self) {
        self.set(None);
    }

    fn set(&self, since: Option<Instant>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = since;
    }

    /// Ends when a row has waited for so long.
    pub async fn too_long(&self, patience: Duration) {
        loop {
            let since = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let left = since.map_or(patience / 4, |since| patience.saturating_sub(since.elapsed()));
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left).await;
        }
    }
}
