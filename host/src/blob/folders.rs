//! Blobs that are files below allowed folders.

use std::io::SeekFrom;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tokio::fs;
use tokio::io::AsyncSeekExt;

use super::{Blob, BlobError, BlobStore, shown};

/// References are paths, relative ones from the working directory, of files below folders that the
/// caller allows. Without a folder nothing can be sent.
#[derive(Clone, Debug, Default)]
pub struct Folders(Vec<PathBuf>);

impl Folders {
    /// The folders, each with everything below it.
    pub fn new(folders: impl IntoIterator<Item = impl Into<PathBuf>>) -> Self {
        Folders(folders.into_iter().map(Into::into).collect())
    }

    /// Both sides are resolved first, so neither `..` nor a symbolic link leads out.
    async fn hold(&self, path: &Path) -> bool {
        for folder in &self.0 {
            if fs::canonicalize(folder).await.is_ok_and(|folder| path.starts_with(folder)) {
                return true;
            }
        }
        false
    }
}

#[async_trait]
impl BlobStore for Folders {
    async fn open(&self, reference: &str, offset: u64) -> Result<Blob, BlobError> {
        let resolved = fs::canonicalize(reference).await;
        let place = match &resolved {
            Ok(path) => Some(path.clone()),
            // Whether something is missing is only told where it would be allowed.
            Err(_) => nearest(Path::new(reference)).await,
        };
        let allowed = match &place {
            Some(path) => self.hold(path).await,
            None => false,
        };
        if !allowed {
            let message = format!("`{reference}` is not below an allowed folder");
            return Err(BlobError::Refused(message));
        }
        let path =
            resolved.map_err(|error| BlobError::Unreadable(format!("`{reference}`: {error}")))?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        open(&path, offset, reference, name).await
    }
}

/// The innermost folder of a path that exists.
async fn nearest(path: &Path) -> Option<PathBuf> {
    for folder in path.ancestors().skip(1) {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if let Ok(folder) = fs::canonicalize(folder).await {
            return Some(folder);
        }
    }
    None
}

/// Opens a file that may be read.
pub(super) async fn open(
    path: &Path,
    offset: u64,
    reference: &str,
    name: Option<String>,
) -> Result<Blob, BlobError> {
    let wrong =
        |error: std::io::Error| BlobError::Unreadable(format!("`{}`: {error}", shown(reference)));
    // Looked at before it is opened: opening a pipe waits for somebody to write to it.
    if !fs::metadata(path).await.map_err(wrong)?.is_file() {
        return Err(BlobError::Unreadable(format!("`{}` is not a file", shown(reference))));
    }
    let mut file = fs::File::open(path).await.map_err(wrong)?;
    let len = file.metadata().await.map_err(wrong)?.len();
    if offset > 0 {
        file.seek(SeekFrom::Start(offset)).await.map_err(wrong)?;
    }
    Ok(Blob { reader: Box::new(file), len, name })
}
