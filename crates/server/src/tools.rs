//! Connections as tools for models, made when a client first asks for them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use axum::Router;

use crate::problem::Problem;

/// Connections with their sessions that are kept of a tenant.
const MOST: usize = 32;

/// What is served, by connection and key: a session is never another key's.
#[derive(Default)]
pub struct Tools(Mutex<HashMap<(String, String), (String, Router)>>);

impl Tools {
    /// What serves a connection to the holder of a key. In another `state` it is made anew: connected
    /// again, a connection may do something else.
    pub fn of(
        &self,
        connection: &str,
        key: &str,
        state: String,
        make: impl FnOnce() -> Result<Router, Problem>,
    ) -> Result<Router, Problem> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let id = (connection.to_owned(), key.to_owned());
        if let Some((_, router)) = all.get(&id).filter(|(known, _)| *known == state) {
            return Ok(router.clone());
        }
        let router = make()?;
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(id, (state, router.clone()));
        Ok(router)
    }
}

impl fmt::Debug for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tools").finish_non_exhaustive()
    }
}
