//! The database: opened so that a commit survives a crash, and brought to the current format.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::VaultError;

/// How each format is made from the one before.
const FORMATS: &[&str] =
    &[include_str!("schema.sql"), include_str!("subscriptions.sql"), include_str!("bindings.sql")];

pub struct Database(Mutex<Connection>);

impl Database {
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        let connection = connector_store::open(path, FORMATS)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // What is forgotten is overwritten.
        connection.pragma_update(None, "secure_delete", true)?;
        Ok(Database(Mutex::new(connection)))
    }

    /// Reads in one snapshot, or changes all or nothing.
    pub fn transaction<T>(
        &self,
        kind: TransactionBehavior,
        act: impl FnOnce(&Transaction<'_>) -> Result<T, VaultError>,
    ) -> Result<T, VaultError> {
        // Whoever panicked has rolled back.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let transaction = connection.transaction_with_behavior(kind)?;
        let result = act(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}
