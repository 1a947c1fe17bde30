//! Open files as blobs.

use std::fs::File;
use std::io::{Error, SeekFrom};
use std::path::Path;

use tokio::io::AsyncSeekExt;

use crate::blob::{Blob, BlobError};

/// What an open file holds from an offset on.
pub(super) async fn blob(file: File, offset: u64, name: Option<String>) -> Result<Blob, Error> {
    let mut file = tokio::fs::File::from_std(file);
    let len = file.metadata().await?.len();
    if offset > 0 {
        file.seek(SeekFrom::Start(offset)).await?;
    }
    Ok(Blob { reader: Box::new(file), len, name })
}

/// Opens a file that the host itself has made, in a folder of its own. `what` names it for people.
pub(super) async fn own(
    path: &Path,
    offset: u64,
    what: &str,
    name: Option<String>,
) -> Result<Blob, BlobError> {
    let wrong = |error: Error| BlobError::Unreadable(format!("{what}: {error}"));
    let file = tokio::fs::File::open(path).await.map_err(wrong)?.into_std().await;
    blob(file, offset, name).await.map_err(wrong)
}
