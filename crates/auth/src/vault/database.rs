//! The database: opened so that a commit survives a crash, and brought to the current format.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use connector_store::{Access, Sql};

use super::VaultError;

/// How each format is made from the one before.
const FORMATS: &[&str] =
    &[include_str!("schema.sql"), include_str!("subscriptions.sql"), include_str!("bindings.sql")];

pub struct Database(Mutex<connector_store::Database>);

impl Database {
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let database = connector_store::open(path, FORMATS)?;
        database.set("foreign_keys", "on")?;
        // What is forgotten is overwritten.
        database.set("secure_delete", "on")?;
        Ok(Database(Mutex::new(database)))
    }

    /// Reads in one snapshot, or changes all or nothing.
    pub fn transaction<T>(
        &self,
        access: Access,
        act: impl FnOnce(Sql<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        // Whoever panicked has rolled back.
        let mut database = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        database.transaction(access, act)
    }
}
