//! What a blob reference in a request stands for.

use std::path::PathBuf;

use async_trait::async_trait;
use tokio::fs;
use tokio::io::AsyncRead;

/// Bytes to send, read while they are sent.
pub struct Blob {
    /// Ends after `len` bytes.
    pub reader: Box<dyn AsyncRead + Send + Sync + Unpin>,
    /// Bytes.
    pub len: u64,
}

/// Finds the bytes that a reference stands for. A platform with uploads brings its own.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Called once for each time that the request is sent. The error says why not, for people.
    async fn resolve(&self, reference: &str) -> Result<Blob, String>;
}

/// References are paths of files below folders that the caller allows. Without a folder nothing
/// can be sent.
#[derive(Clone, Debug, Default)]
pub struct Folders(Vec<PathBuf>);

impl Folders {
    /// The folders, each with everything below it.
    pub fn new(folders: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Folders(folders.into_iter().map(Into::into).collect())
    }
}

#[async_trait]
impl BlobStore for Folders {
    async fn resolve(&self, reference: &str) -> Result<Blob, String> {
        let wrong = |error: std::io::Error| format!("`{reference}`: {error}");
        // Both sides are resolved first, so neither `..` nor a symbolic link leads out.
        let path = fs::canonicalize(reference).await.map_err(wrong)?;
        let mut allowed = false;
        for folder in &self.0 {
            allowed |= fs::canonicalize(folder).await.is_ok_and(|folder| path.starts_with(folder));
        }
        if !allowed {
            return Err(format!("`{reference}` is not below an allowed folder"));
        }
        // Looked at before it is opened: opening a pipe waits for somebody to write to it.
        let metadata = fs::metadata(&path).await.map_err(wrong)?;
        if !metadata.is_file() {
            return Err(format!("`{reference}` is not a file"));
        }
        let file = fs::File::open(&path).await.map_err(wrong)?;
        Ok(Blob { reader: Box::new(file), len: metadata.len() })
    }
}
