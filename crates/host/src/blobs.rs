//! Blobs of a machine with files: paths below allowed folders, URLs, and answers that are kept.

mod address;
mod data;
mod fetch;
mod file;
mod folders;
mod spool;
#[cfg(unix)]
mod walk;
#[cfg(not(unix))]
#[path = "blobs/walk_by_path.rs"]
mod walk;

use std::path::PathBuf;

use async_trait::async_trait;

use crate::blob::{Blob, BlobError, BlobStore, BlobWriter, scheme, shown};
use spool::Spool;

pub use address::{PublicAddresses, may_be_public};
pub use fetch::Fetch;
pub use folders::Folders;

/// The store for a machine with files. References are paths of files below allowed [`Folders`],
/// `data:` URIs, and `https:` URLs where [`Fetch`] is set. Kept answers are temporary files.
#[derive(Debug, Default)]
pub struct Blobs {
    folders: Folders,
    fetch: Option<Fetch>,
    /// How fetching can be allowed, for people.
    way: Option<String>,
    spool: Spool,
}

impl Blobs {
    /// Allows the files below the folders.
    pub fn folders(mut self, folders: Folders) -> Self {
        self.folders = folders;
        self
    }

    /// Allows `https:` URLs. Each is fetched once in a call, into a temporary file.
    pub fn fetch(mut self, fetch: Fetch) -> Self {
        self.fetch = Some(fetch);
        self
    }

    /// Says in the refusal of a URL how to allow it, where [`Blobs::fetch`] was not.
    pub fn say_how_to_fetch(mut self, way: impl Into<String>) -> Self {
        self.way = Some(way.into());
        self
    }

    /// Keeps temporary files in this folder instead of one that goes with the store. A call that
    /// goes on in another process finds them there; whoever stores its checkpoints calls
    /// [`BlobStore::forget`] when it has ended.
    pub fn spool(mut self, folder: impl Into<PathBuf>) -> Self {
        self.spool = Spool::at(folder.into());
        self
    }
}

#[async_trait]
impl BlobStore for Blobs {
    async fn open(&self, reference: &str, offset: u64) -> Result<Blob, BlobError> {
        if let Some(id) = spool::kept(reference) {
            return self.spool.open(id, offset).await;
        }
        match scheme(reference) {
            Some("data") => data::open(reference, offset),
            Some("https") => {
                let Some(fetch) = &self.fetch else {
                    let way = self.way.as_ref().map(|way| format!("; {way}")).unwrap_or_default();
                    let message =
                        format!("`{}`: this host fetches no files{way}", shown(reference));
                    return Err(BlobError::Refused(message));
                };
                let path = self.spool.copy(reference, fetch).await?;
                let what = format!("`{}`", shown(reference));
                file::own(&path, offset, &what, fetch::name(reference)).await
            }
            Some("http" | "ftp" | "file") => {
                let message = format!("`{}`: only https is fetched", shown(reference));
                Err(BlobError::Refused(message))
            }
            _ => self.folders.open(reference, offset).await,
        }
    }

    async fn create(&self) -> Result<(String, BlobWriter), BlobError> {
        self.spool.create()
    }

    fn made(&self, reference: &str) -> bool {
        spool::kept(reference).is_some()
    }

    fn forget(&self, reference: &str) {
        self.spool.forget(reference);
    }
}
