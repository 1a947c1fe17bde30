//! The secrets that a connection has met so far.

use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, Weak};

use super::{Patterns, Redactor};
use crate::secret::Secret;

/// Secrets of one connection that are looked for; tokens are renewed, and old ones forgotten.
const MOST: usize = 64;

/// What is looked for at the moment in the whole process.
static ALL: LazyLock<Mutex<Vec<Weak<Patterns>>>> = LazyLock::new(Mutex::default);

/// Replaces the secrets of all connections of this process: for what belongs to none, such as logs
/// of libraries and the message of a panic.
pub fn everywhere(text: String) -> String {
    let all: Vec<_> = lock(&ALL).iter().filter_map(Weak::upgrade).collect();
    all.into_iter().fold(text, |text, patterns| Redactor(Some(patterns)).text(text))
}

/// Learns secrets, and builds the search for them anew only then.
#[derive(Default)]
pub struct KnownSecrets(Mutex<Known>);

#[derive(Default)]
struct Known {
    /// Whether anything was learned.
    begun: bool,
    secrets: Vec<Secret>,
    redactor: Redactor,
}

impl KnownSecrets {
    /// The search, if it has begun and looks for this secret, too.
    pub fn knows(&self, secret: Option<&Secret>) -> Option<Redactor> {
        let known = lock(&self.0);
        let knows = |secret: &Secret| known.secrets.contains(secret);
        (known.begun && secret.is_none_or(knows)).then(|| known.redactor.clone())
    }

    /// The search, as it is.
    pub fn redactor(&self) -> Redactor {
        lock(&self.0).redactor.clone()
    }

    /// A search that also looks for these, this once.
    pub fn with(&self, more: &[Secret]) -> Redactor {
        let known = lock(&self.0);
        Redactor::new(known.secrets.iter().chain(more).map(Secret::expose))
    }

    /// Looks for these secrets from now on.
    pub fn learn<'a>(&self, secrets: impl IntoIterator<Item = &'a Secret>) -> Redactor {
        let mut known = lock(&self.0);
        known.begun = true;
        let before = known.secrets.len();
        for secret in secrets {
            if !known.secrets.contains(secret) {
                known.secrets.push(secret.clone());
            }
        }
        if known.secrets.len() > before {
            let old = known.secrets.len().saturating_sub(MOST);
            known.secrets.drain(..old);
            known.redactor = Redactor::new(known.secrets.iter().map(Secret::expose));
            let mut all = lock(&ALL);
            all.retain(|patterns| patterns.strong_count() > 0);
            all.extend(known.redactor.0.as_ref().map(Arc::downgrade));
        }
        known.redactor.clone()
    }
}

/// Nothing below leaves half a list behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl fmt::Debug for KnownSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownSecrets").finish_non_exhaustive()
    }
}
