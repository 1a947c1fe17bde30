//! An open database, and statements in it.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params_from_iter};

use crate::StoreError;
use crate::error::sqlite;
use crate::value::{Row, Value};

/// An open database. Closed when it is dropped.
#[derive(Debug)]
pub struct Database(pub(crate) Connection);

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It reads one snapshot and waits for nobody.
    Read,
    /// It changes all or nothing, after those that are changing something now.
    Write,
}

impl Database {
    /// Statements by themselves.
    pub fn sql(&self) -> Sql<'_> {
        Sql(&self.0)
    }

    /// Sets one of SQLite's pragmas for this connection.
    ///
    /// # Errors
    ///
    /// When SQLite does not take the value.
    pub fn set(&self, pragma: &str, value: &str) -> Result<(), StoreError> {
        self.0.pragma_update(None, pragma, value).map_err(sqlite)
    }

    /// Statements that belong together. When `act` fails nothing is changed.
    ///
    /// # Errors
    ///
    /// What `act` fails with, and when the changes cannot be stored.
    pub fn transaction<T, E: From<StoreError>>(
        &mut self,
        access: Access,
        act: impl FnOnce(Sql<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let behavior = match access {
            Access::Read => TransactionBehavior::Deferred,
            Access::Write => TransactionBehavior::Immediate,
        };
        let transaction = self.0.transaction_with_behavior(behavior).map_err(sqlite)?;
        let result = act(Sql(&transaction))?;
        transaction.commit().map_err(sqlite)?;
        Ok(result)
    }
}

/// Runs statements.
#[derive(Clone, Copy, Debug)]
pub struct Sql<'a>(&'a Connection);

impl Sql<'_> {
    /// Changes something, and says how many rows.
    ///
    /// # Errors
    ///
    /// What SQLite says against it.
    pub fn execute(self, statement: &str, values: &[Value]) -> Result<usize, StoreError> {
        self.0.execute(statement, params_from_iter(values.iter().map(Given))).map_err(sqlite)
    }

    /// Runs several statements that take no values.
    ///
    /// # Errors
    ///
    /// What SQLite says against one of them; those before it have been run.
    pub fn batch(self, statements: &str) -> Result<(), StoreError> {
        self.0.execute_batch(statements).map_err(sqlite)
    }

    /// The first row that a statement finds, if it finds one.
    ///
    /// # Errors
    ///
    /// What SQLite says against it, and what `read` fails with.
    pub fn row<T>(
        self,
        statement: &str,
        values: &[Value],
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.0.prepare(statement).map_err(sqlite)?;
        let values = params_from_iter(values.iter().map(Given));
        let read = statement.query_row(values, |row| Ok(read(&Row(row))));
        read.optional().map_err(sqlite)?.transpose()
    }

    /// The first row that a statement finds, which there must be.
    ///
    /// # Errors
    ///
    /// As [`row`](Self::row), and when there is none.
    pub fn one<T>(
        self,
        statement: &str,
        values: &[Value],
        read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let found = self.row(statement, values, read)?;
        found.ok_or_else(|| sqlite(rusqlite::Error::QueryReturnedNoRows))
    }

    /// All rows that a statement finds.
    ///
    /// # Errors
    ///
    /// As [`row`](Self::row).
    pub fn rows<T>(
        self,
        statement: &str,
        values: &[Value],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.0.prepare(statement).map_err(sqlite)?;
        let values = params_from_iter(values.iter().map(Given));
        let mut rows = statement.query(values).map_err(sqlite)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(sqlite)? {
            found.push(read(&Row(row))?);
        }
        Ok(found)
    }

    /// Whether a transaction was begun by a statement and has not ended.
    pub fn is_in_transaction(self) -> bool {
        !self.0.is_autocommit()
    }
}

/// A value as rusqlite takes it.
struct Given<'a>(&'a Value);

impl rusqlite::ToSql for Given<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            Value::Integer(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
