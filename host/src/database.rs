//! SQLite files of the host.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, Result};

/// How long one process waits while another writes.
const PATIENCE: Duration = Duration::from_secs(10);

/// Opens a database, and creates it with these tables when it is new. What is committed is on
/// disk, and readers do not wait for a writer. `format` changes whenever the tables, or what is in
/// them, become unreadable for the program before; a file of another format is refused.
pub fn open(path: &Path, format: i32, tables: &str) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.busy_timeout(PATIENCE)?;
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.execute_batch(&format!("BEGIN IMMEDIATE; {tables}"))?;
    let found: i32 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match found {
        0 => db.pragma_update(None, "user_version", format)?,
        found if found == format => {}
        found => {
            let message = format!("its format is {found}; this program knows {format}");
            return Err(rusqlite::Error::ToSqlConversionFailure(message.into()));
        }
    }
    db.execute_batch("COMMIT")?;
    Ok(db)
}

/// Creates a folder that nobody else can look into.
pub fn create_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
