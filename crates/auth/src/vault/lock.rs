//! RefreshQueues between processes.

use std::fs::File;
use std::io;
use std::path::Path;

use connector_host::secure_fs;

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
        let is_ours = secure_fs::lock(&file).map_err(VaultError::file(path))?;
        Ok(is_ours.then_some(Lock { _file: file }))
    }
}

fn open(path: &Path) -> io::Result<File> {
    secure_fs::create_within(secure_fs::folder_of(path))?;
    secure_fs::lock_file(path)
}
