//! What a blob reference stands for: bytes that never enter the connector's memory as a whole.

mod address;
mod data;
mod fetch;
mod file;
mod folders;
mod held;
mod spool;
mod upload;
#[cfg(unix)]
mod walk;
#[cfg(not(unix))]
#[path = "blob/walk_by_path.rs"]
mod walk;

use std::path::PathBuf;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};

pub use fetch::Fetch;
pub use folders::Folders;
pub(crate) use held::{Held, references, texts};
pub use upload::Upload;

use spool::Spool;

/// Bytes to read while they are sent.
pub struct Blob {
    /// From the offset that was asked for to the end.
    pub reader: Box<dyn AsyncRead + Send + Sync + Unpin>,
    /// Bytes of the whole blob.
    pub len: u64,
    /// The file's name without folders, if it has one.
    pub name: Option<String>,
}

/// Takes the bytes of a new blob.
pub type BlobWriter = Box<dyn AsyncWrite + Send + Unpin>;

/// Why a blob cannot be used. The texts name the reference, without what may be secret in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// A connector may not use it: this ends the call.
    #[error("{0}")]
    Refused(String),
    /// It is missing or broken: the connector is told.
    #[error("{0}")]
    Unreadable(String),
}

/// Finds the bytes that a reference stands for. A platform with uploads brings its own.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Opens a blob at an offset in bytes; beyond the end nothing is left to read. Called anew for
    /// each time that a request is sent and for each look into the blob.
    async fn open(&self, reference: &str, offset: u64) -> Result<Blob, BlobError>;

    /// Begins a new blob for an answer that is too large for memory. The reference is good once
    /// the writer was flushed, and nobody can guess it.
    async fn create(&self) -> Result<(String, BlobWriter), BlobError> {
        Err(BlobError::Refused("this host keeps no answers as files".into()))
    }

    /// Whether this store has made the reference by [`BlobStore::create`], now or in an earlier
    /// process. A call may use such a reference though its input does not name it, so nobody may
    /// be able to guess one. References that are made while a call runs are known anyway.
    fn made(&self, _reference: &str) -> bool {
        false
    }

    /// Nobody will ask for this reference again in the call that used it. What the store made for
    /// it can go; what it only points to stays.
    fn forget(&self, _reference: &str) {}
}

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
        self.spool.create().await
    }

    fn made(&self, reference: &str) -> bool {
        spool::kept(reference).is_some()
    }

    fn forget(&self, reference: &str) {
        self.spool.forget(reference);
    }
}

/// In lower case letters, as all references that are not paths begin.
fn scheme(reference: &str) -> Option<&'static str> {
    let (scheme, _) = reference.split_once(':')?;
    ["data", "https", "http", "ftp", "file"]
        .into_iter()
        .find(|known| scheme.eq_ignore_ascii_case(known))
}

/// A reference as people may see it: the query of a signed URL opens what it points to, and a
/// `data:` URI is a file.
fn shown(reference: &str) -> &str {
    match scheme(reference) {
        Some("data") => "data:",
        Some(_) => reference.split(['?', '#']).next().unwrap_or_default(),
        None => reference,
    }
}
