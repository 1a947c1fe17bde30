//! SQL over the records of a connection, which whoever makes the server brings: what runs it is large.

use std::fmt;

use async_trait::async_trait;
use axum::body::Bytes;
use connector_host::Connection;
use futures_util::stream::BoxStream;
use serde_json::Value;
use serde_json::value::RawValue;

/// Runs statements, each by itself. Whoever drops a future or a stream ends what it asks of the service.
#[async_trait]
pub trait Sql: fmt::Debug + Send + Sync {
    /// The rows of a statement.
    async fn rows(&self, statement: Statement) -> Result<Rows, SqlError>;

    /// The same as a stream of Arrow's IPC format, with so many rows at most of what only reads.
    async fn arrow(&self, statement: Statement, limit: u64) -> Result<Pages<Bytes>, SqlError>;
}

/// One statement, for a connection.
#[derive(Debug)]
pub struct Statement {
    /// What it permits holds for the statement, too.
    pub connection: Connection,
    /// Whether it may change what the service keeps.
    pub writes: bool,
    /// Its text.
    pub sql: String,
}

/// What comes as it is read; an error is the last of it.
pub type Pages<T> = BoxStream<'static, Result<T, SqlError>>;

/// The rows of a statement.
pub struct Rows {
    /// The names of the columns, in their order.
    pub columns: Vec<String>,
    /// Some rows at a time: objects of names and values, on a line each, with times in RFC 3339.
    pub pages: Pages<Vec<Box<RawValue>>>,
    /// Whether it writes rows, and is to be read to its end however few of them are wanted.
    pub changes: bool,
    /// How many requests it has sent so far.
    pub requests: Box<dyn Fn() -> u64 + Send + Sync>,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("columns", &self.columns).finish_non_exhaustive()
    }
}

/// Why a statement did not come to its end.
#[derive(Debug)]
pub enum SqlError {
    /// It cannot be run, and nothing was sent.
    Statement(String),
    /// It would change something, and may not.
    ReadsOnly(String),
    /// It ended on the way.
    Partly {
        /// Why.
        why: String,
        /// The rows of a change that were refused: objects of `row` (from 1), `key` and `error`. All others were
        /// written.
        refused: Vec<Value>,
    },
    /// A call of it failed.
    Call(connector_host::Error),
}
