//! Turns between processes.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

use super::VaultError;

/// A file that one process at a time has locked. The lock ends with this value or with the
/// process, however that ends.
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Blocks until it is this caller's turn.
    pub fn take(path: &Path) -> Result<Self, VaultError> {
        let take = || -> io::Result<File> {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let file = OpenOptions::new().create(true).append(true).open(path)?;
            file.lock()?;
            Ok(file)
        };
        take().map(|file| Lock { _file: file }).map_err(VaultError::file(path))
    }
}
