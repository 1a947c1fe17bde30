//! Carries out a look into a blob.

use tokio::io::AsyncReadExt;

use crate::blob::BlobError;
use crate::connection::Connection;
use crate::contract::{Chunk, Range, Reply};
use crate::error::Error;

impl Connection {
    /// Carries out a `read` step; [`Connection::permit_blobs`] says whether it may be. Fails when the
    /// connector may not use the blob; that it cannot be read is a reply.
    pub async fn read(&self, range: &Range) -> Result<Reply, Error> {
        let blob = match self.blobs.open(&range.blob, range.offset).await {
            Ok(blob) => blob,
            Err(BlobError::Unreadable(why)) => return Ok(Reply::Undelivered(why)),
            Err(error) => return Err(error.into()),
        };
        let mut data = Vec::new();
        let mut part = blob.reader.take(range.length.into());
        Ok(match part.read_to_end(&mut data).await {
            Ok(_) => Reply::Chunk(Chunk { data, size: blob.len, name: blob.name }),
            Err(error) => Reply::Undelivered(format!("the file cannot be read: {error}")),
        })
    }
}
