//! The database: opened so that a commit survives a crash, and brought to the current format.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::VaultError;
use crate::database::durable;
use crate::private;

/// How each format is made from the one before; SQLite's `user_version` counts them.
const FORMATS: &[&str] = &[include_str!("schema.sql"), include_str!("subscriptions.sql")];

pub struct Database(Mutex<Connection>);

impl Database {
    /// The caller makes sure that nobody else opens it at the same time.
    pub fn open(path: &Path) -> Result<Self, VaultError> {
        // SQLite gives its other files the mode of this one.
        let file = private::options().append(true).create(true).open(path);
        file.map_err(VaultError::file(path))?;
        let mut connection = durable(path)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        // What is forgotten is overwritten.
        connection.pragma_update(None, "secure_delete", true)?;
        migrate(&mut connection)?;
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

fn migrate(connection: &mut Connection) -> Result<(), VaultError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let format: u32 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = FORMATS.len() as u32;
    let steps = FORMATS.get(format as usize..).ok_or(VaultError::Newer(format, known))?;
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", known)?;
    Ok(transaction.commit()?)
}
