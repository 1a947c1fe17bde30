//! Whose turn it is to renew the tokens of a connection. Tasks queue in memory; of each process
//! one goes on to a locked file.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use tokio::sync::Mutex as Queue;

use crate::oauth::OAuthError;

/// The turns of one process, by the ids of the connections.
#[derive(Default)]
pub struct RefreshQueues(Mutex<BTreeMap<String, Arc<RefreshQueue>>>);

impl RefreshQueues {
    pub fn of(&self, connection: &str) -> Arc<RefreshQueue> {
        lock(&self.0).entry(connection.to_owned()).or_default().clone()
    }
}

/// The queue for one connection, and what those learned who had their turn in vain.
#[derive(Default)]
pub struct RefreshQueue {
    pub queue: Queue<()>,
    failures: Mutex<BTreeMap<String, (Instant, OAuthError)>>,
}

impl RefreshQueue {
    /// Notes that a credential cannot be renewed now.
    pub fn failed(&self, credential: &str, error: OAuthError) {
        lock(&self.failures).insert(credential.to_owned(), (Instant::now(), error));
    }

    /// Why it could not be renewed, if that was found out at this moment or later.
    pub fn failure_since(&self, credential: &str, moment: Instant) -> Option<OAuthError> {
        let failures = lock(&self.failures);
        let (at, error) = failures.get(credential)?;
        (*at >= moment).then(|| error.clone())
    }
}

/// No invariant can break halfway here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
