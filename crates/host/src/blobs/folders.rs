//! Blobs that are files below allowed folders: the one way in which a reference reaches the files
//! of a user.
//!
//! An allowed folder is opened once, and what is below it is opened from there, step by step
//! ([`walk`]). No path is looked up a second time, so nobody can change what it means in between.

use std::fmt;
use std::path::{Path, PathBuf, absolute};
use std::sync::Arc;

use async_trait::async_trait;
use tokio::task::spawn_blocking;

use super::file;
use super::walk::{Fault, Folder, Identity};
use crate::blob::{Blob, BlobError, BlobStore, shown};

/// Bytes of a reference that is a path.
const LONGEST: usize = 4096;

/// References are paths, relative ones from the working directory, of files below folders that the
/// caller allows. Without a folder nothing can be sent. Symbolic links are followed as long as they
/// are relative and stay below the folder.
#[derive(Clone, Default)]
pub struct Folders {
    allowed: Vec<Allowed>,
    /// Open, so that what they name cannot become another folder.
    denied: Vec<Arc<Folder>>,
}

#[derive(Clone)]
struct Allowed {
    /// As the caller named it, as an absolute path.
    named: PathBuf,
    /// The same without symbolic links.
    resolved: PathBuf,
    folder: Arc<Folder>,
}

impl Folders {
    /// The folders, each with everything below it. One that cannot be opened allows nothing.
    pub fn new(folders: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        let allowed = |folder: PathBuf| {
            let named = absolute(&folder).ok()?;
            let resolved = folder.canonicalize().ok()?;
            let folder = Arc::new(Folder::open(&resolved).ok()?);
            Some(Allowed { named, resolved, folder })
        };
        let allowed = folders.into_iter().filter_map(|folder| allowed(folder.into())).collect();
        Folders { allowed, denied: Vec::new() }
    }

    /// Folders of which nothing is ever read, whatever is allowed. They count by what they are, not
    /// by their paths. One that is not there denies nothing.
    pub fn deny(mut self, folders: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        let open = |folder: PathBuf| Folder::open(&folder).ok().map(Arc::new);
        self.denied.extend(folders.into_iter().filter_map(|folder| open(folder.into())));
        self
    }

    /// Opens a file and gives it with its name. Outside the folders nobody learns whether there is
    /// something.
    fn find(&self, reference: &str) -> Result<(std::fs::File, String), BlobError> {
        let outside =
            || BlobError::Refused(format!("`{}` is not below an allowed folder", shown(reference)));
        if reference.is_empty() || reference.len() > LONGEST || reference.contains('\0') {
            return Err(outside());
        }
        let path = absolute(Path::new(reference)).map_err(|_| outside())?;
        let denied: Vec<Identity> = self.denied.iter().map(|folder| folder.identity()).collect();
        let mut told = None;
        for allowed in &self.allowed {
            let below = [&allowed.named, &allowed.resolved].map(|folder| path.strip_prefix(folder));
            let Some(below) = below.into_iter().find_map(Result::ok) else { continue };
            match allowed.folder.find(below, &denied) {
                Ok(found) => return Ok(found),
                Err(Fault::Denied) => return Err(outside()),
                Err(Fault::Outside) => {}
                Err(Fault::NotAFile) => {
                    told = Some(format!("`{}` is not a file", shown(reference)));
                }
                Err(Fault::Io(error)) => {
                    told = told.or_else(|| Some(format!("`{}`: {error}", shown(reference))));
                }
            }
        }
        Err(told.map_or_else(outside, BlobError::Unreadable))
    }
}

impl fmt::Debug for Folders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.allowed.iter().map(|allowed| &allowed.named)).finish()
    }
}

#[async_trait]
impl BlobStore for Folders {
    async fn open(&self, reference: &str, offset: u64) -> Result<Blob, BlobError> {
        let (folders, path) = (self.clone(), reference.to_owned());
        // Looking for a file blocks, on a network's disk for long.
        let found = spawn_blocking(move || folders.find(&path)).await;
        let (file, name) = found.map_err(|error| BlobError::Unreadable(error.to_string()))??;
        file::blob(file, offset, Some(name))
            .await
            .map_err(|error| BlobError::Unreadable(format!("`{}`: {error}", shown(reference))))
    }
}
