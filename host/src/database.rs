//! SQLite files of the host.

use std::path::Path;
use std::time::{Duration, SystemTime};

use rusqlite::{Connection, Result};

/// How long one process waits while another writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a database in which what is committed is on disk, and readers do not wait for a writer.
pub fn durable(path: &Path) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(PATIENCE)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    Ok(db)
}

/// Opens a database, and creates it with these tables when it is new: see [`durable`].
/// `format` changes whenever the tables, or what is in them, become unreadable for the program
/// before; a file of another format is refused.
pub fn open(path: &Path, format: i32, tables: &str) -> Result<Connection> {
    let db = durable(path)?;
    match found(&db)? {
        // Looked at first: a reader is not to wait for a writer.
        0 => create(&db, format, tables)?,
        found if found == format => {}
        found => {
            let message = format!("its format is {found}; this program knows {format}");
            return Err(rusqlite::Error::ToSqlConversionFailure(message.into()));
        }
    }
    Ok(db)
}

fn found(db: &Connection) -> Result<i32> {
    db.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Several processes may try at once.
fn create(db: &Connection, format: i32, tables: &str) -> Result<()> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    if found(db)? == 0 {
        db.execute_batch(tables)?;
        db.pragma_update(None, "user_version", format)?;
    }
    db.execute_batch("COMMIT")
}

/// Milliseconds since 1970-01-01 UTC.
pub fn now() -> i64 {
    SystemTime::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_millis() as i64)
}
