//! The temporary files of a store: kept answers, and copies of what URLs lead to.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use sha2::{Digest, Sha256};
use tempfile::{NamedTempFile, TempDir};
use tokio::io::AsyncWriteExt;

use super::fetch::Fetch;
use super::file;
use crate::blob::{Blob, BlobError, BlobWriter, scheme};
use crate::secure_fs;

/// References to kept answers begin so.
const KEPT: &str = "kept:";

/// A folder, made when it is first needed and only for this user.
#[derive(Debug, Default)]
pub(super) struct Spool {
    given: Option<PathBuf>,
    /// Goes with the store.
    temporary: Mutex<Option<TempDir>>,
}

impl Spool {
    pub fn at(folder: PathBuf) -> Self {
        Spool { given: Some(folder), ..Spool::default() }
    }

    /// A new file, and the reference to it: random, so that only who was told it can read it.
    pub fn create(&self) -> Result<(String, BlobWriter), BlobError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| unusable(&error))?;
        let id = hex(&random);
        let make = || secure_fs::options().write(true).create_new(true).open(&self.kept_path(&id)?);
        let file = make().map_err(|error| unusable(&error))?;
        Ok((format!("{KEPT}{id}"), Box::new(tokio::fs::File::from_std(file))))
    }

    /// Opens a kept answer by what [`kept`] found in its reference.
    pub async fn open(&self, id: &str, offset: u64) -> Result<Blob, BlobError> {
        let path = self.kept_path(id).map_err(|error| unusable(&error))?;
        if !path.exists() {
            return Err(BlobError::Unreadable("the kept answer is gone".into()));
        }
        file::own(&path, offset, "the kept answer", None).await
    }

    /// A copy of what a URL leads to, fetched unless it is there already.
    pub async fn copy(&self, url: &str, fetch: &Fetch) -> Result<PathBuf, BlobError> {
        let path = self.copy_path(url).map_err(|error| unusable(&error))?;
        if path.exists() {
            return Ok(path);
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        // Under another name until it is whole: calls side by side may want the same.
        let half = NamedTempFile::new_in(folder).map_err(|error| unusable(&error))?;
        let (file, half) = half.into_parts();
        let mut file = tokio::fs::File::from_std(file);
        fetch.write(url, &mut file).await?;
        file.flush().await.map_err(|error| unusable(&error))?;
        half.persist(&path).map_err(|error| unusable(&error.error))?;
        Ok(path)
    }

    /// Deletes what was made for a reference, if anything was.
    pub fn forget(&self, reference: &str) {
        let path = match kept(reference) {
            Some(id) => self.kept_path(id),
            None if scheme(reference) == Some("https") => self.copy_path(reference),
            None => return,
        };
        // It may never have been made.
        path.and_then(fs::remove_file).unwrap_or_default();
    }

    fn kept_path(&self, id: &str) -> io::Result<PathBuf> {
        Ok(self.folder()?.join(format!("kept-{id}")))
    }

    fn copy_path(&self, url: &str) -> io::Result<PathBuf> {
        Ok(self.folder()?.join(format!("copy-{}", hex(&Sha256::digest(url)))))
    }

    fn folder(&self) -> io::Result<PathBuf> {
        if let Some(folder) = &self.given {
            if !folder.exists() {
                secure_fs::create_folder(folder)?;
            }
            return Ok(folder.clone());
        }
        let mut temporary = self.temporary.lock().unwrap_or_else(PoisonError::into_inner);
        if temporary.is_none() {
            *temporary = Some(tempfile::Builder::new().prefix("connector-").tempdir()?);
        }
        Ok(temporary.as_ref().map(|folder| folder.path().to_owned()).unwrap_or_default())
    }
}

/// The id in a reference to a kept answer. Anything but an id could lead out of the folder.
pub(super) fn kept(reference: &str) -> Option<&str> {
    let id = reference.strip_prefix(KEPT)?;
    (id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(id)
}

fn unusable(error: &dyn std::fmt::Display) -> BlobError {
    BlobError::Unreadable(format!("the folder for temporary files cannot be used: {error}"))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
