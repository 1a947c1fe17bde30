//! Why a database cannot be used.

use std::io;
use std::path::PathBuf;

/// What SQLite says against a statement. It quotes statements and names of columns, never values.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StoreError(#[from] Cause);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Cause {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("{0} does not have the type that is read")]
    Column(String),
}

/// For [`Result::map_err`].
pub(crate) fn sqlite(error: rusqlite::Error) -> StoreError {
    StoreError(Cause::Sqlite(error))
}

/// Why a database cannot be opened or used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DatabaseError {
    /// A statement.
    #[error(transparent)]
    Sqlite(#[from] StoreError),
    /// The file, or one beside it.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It was cut off, or something else made it: there has never been one without content.
    #[error(
        "{path}: what it held is lost; restore it from a copy, or move it away to begin anew",
        path = .0.display()
    )]
    Lost(PathBuf),
    /// A newer program has used it.
    #[error("{path}: its format is {found}, and this program knows formats up to {known}", path = path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The file's format.
        found: u32,
        /// The newest format that this program knows.
        known: u32,
    },
}
