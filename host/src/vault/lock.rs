//! Turns between processes.

use std::fs::{self, File, OpenOptions, TryLockError};
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
    pub fn wait(path: &Path) -> Result<Self, VaultError> {
        let file = open(path).map_err(VaultError::file(path))?;
        file.lock().map_err(VaultError::file(path))?;
        Ok(Lock { _file: file })
    }

    /// None while it is somebody else's turn.
    pub fn take(path: &Path) -> Result<Option<Self>, VaultError> {
        let file = open(path).map_err(VaultError::file(path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(VaultError::file(path)(error)),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    OpenOptions::new().create(true).append(true).open(path)
}
