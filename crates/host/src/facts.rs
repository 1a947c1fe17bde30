//! What a connector says about its actions, triggers and webhooks, asked once and kept.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::contract::{actions, triggers};
use crate::error::Error;

/// Descriptions that are kept of one kind; a caller chooses the ids.
const MOST: usize = 4096;

/// The descriptions that somebody has asked for so far.
#[derive(Default)]
pub(crate) struct Facts {
    pub actions: Described<actions::Description>,
    pub triggers: Described<triggers::Description>,
    pub webhooks: Described<triggers::Description>,
}

/// Descriptions by id.
pub(crate) struct Described<T>(Mutex<HashMap<String, Arc<T>>>);

impl<T> Default for Described<T> {
    fn default() -> Self {
        Described(Mutex::default())
    }
}

impl<T> Described<T> {
    /// The description of this id, from `ask` when nobody has asked before. One asks at a time.
    pub fn get(&self, id: &str, ask: impl FnOnce() -> Result<T, Error>) -> Result<Arc<T>, Error> {
        let mut known = self.lock();
        if let Some(found) = known.get(id) {
            return Ok(found.clone());
        }
        let found = Arc::new(ask()?);
        if known.len() < MOST {
            known.insert(id.to_owned(), found.clone());
        }
        Ok(found)
    }

    /// A description is there as a whole or not at all.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<T>>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Facts")
    }
}
