//! How far a trigger or a read has come, in a file.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use connector_host::secure_fs;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::error::Error;
use crate::files;

/// The cursor of one trigger or resource with one configuration, or of a subscription. Whoever has it open has it alone,
/// so that two processes at once do not print the same twice.
pub struct CursorFile {
    path: PathBuf,
    _turn: File,
}

impl CursorFile {
    /// Where it is unless somebody says otherwise: one file for each connection, trigger or
    /// resource, and configuration, however that is written.
    pub fn default_path(app: &App, id: &str, mut config: Value) -> Result<PathBuf, Error> {
        config.sort_all_objects();
        let entry = app.entry()?;
        let connection = app.remembered_as(entry.as_ref());
        let parts = [&connection, &app.settings(entry.as_ref())?, &config.to_string()];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_le_bytes());
            hash.update(part);
        }
        let hash = hash.finalize();
        let hash: String = hash[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let name = format!("{id}-{hash}.cursor");
        Ok(app.folder(entry.as_ref()).join("cursors").join(name))
    }

    /// Where that of a subscription to a webhook is.
    pub fn path_of_subscription(app: &App, id: &str) -> Result<PathBuf, Error> {
        let entry = app.entry()?;
        let name = format!("subscription-{id}.cursor");
        Ok(app.folder(entry.as_ref()).join("cursors").join(name))
    }

    /// Waits while another process uses the same file.
    pub fn open(path: PathBuf) -> Result<Self, Error> {
        let turn = || -> io::Result<File> {
            secure_fs::create_within(secure_fs::folder_of(&path))?;
            let lock = secure_fs::lock_file(&secure_fs::beside(&path, ".lock"))?;
            lock.lock()?;
            Ok(lock)
        };
        let turn = turn().map_err(Error::io(path.display()))?;
        Ok(CursorFile { path, _turn: turn })
    }

    /// Removes one that nobody goes on with, if it is there.
    pub fn forget(path: &Path) -> Result<(), Error> {
        for file in [path.to_owned(), secure_fs::beside(path, ".lock")] {
            match std::fs::remove_file(&file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Error::io(file.display())(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// None before the first time.
    pub fn read(&self) -> Result<Option<String>, Error> {
        files::kept(&self.path)
    }

    /// Replaces the file as a whole.
    pub fn write(&self, cursor: &str) -> Result<(), Error> {
        secure_fs::replace(&self.path, cursor.as_bytes()).map_err(Error::io(self.path.display()))
    }
}
