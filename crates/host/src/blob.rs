//! What a blob reference stands for: bytes that never enter the connector's memory as a whole.

mod claims;
mod upload;

use std::fmt;

use async_trait::async_trait;
use tokio::io::{AsyncRead, AsyncWrite};

pub(crate) use claims::{BlobClaims, references, texts};
pub use upload::Upload;

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

/// Finds the bytes that a reference stands for. A platform with uploads brings its own;
/// [`Blobs`](crate::Blobs) is one for a machine with files.
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

/// In lower case letters, as all references that are not paths begin.
pub(crate) fn scheme(reference: &str) -> Option<&'static str> {
    let (scheme, _) = reference.split_once(':')?;
    ["data", "https", "http", "ftp", "file"]
        .into_iter()
        .find(|known| scheme.eq_ignore_ascii_case(known))
}

/// A reference as people may see it: the query of a signed URL opens what it points to, and a
/// `data:` URI is a file.
pub(crate) fn shown(reference: &str) -> &str {
    match scheme(reference) {
        Some("data") => "data:",
        Some(_) => reference.split(['?', '#']).next().unwrap_or_default(),
        None => reference,
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blob")
            .field("len", &self.len)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
