//! Carries out a look into a blob.

use tokio::io::AsyncReadExt;

use crate::blob::BlobError;
use crate::connection::Connection;
use crate::contract::{Chunk, Range, Reply};
use crate::error::Error;

impl Connection {
    /// Carries out a `read` step; [`Connection::permit_blobs`] says whether it may be. Fails when the connector may not use the blob; that it cannot be
    /// read is a reply.
    pub async fn read(&self, range: &Range) -> Result<Reply, Error> {
        // The policy has seen to it that it is a whole number.
        let offset = range.offset as u64;
        let blob = match self.blobs.open(&range.blob, offset).await {
            Ok(blob) => blob,
            Err(BlobError::Unreadable(why)) => return Ok(Reply::Undelivered(why)),
            Err(error) => return Err(error.into()),
        };
        let mut data = Vec::new();
        let mut part = blob.reader.take(range.length.into());
        Ok(match part.read_to_end(&mut data).await {
            Ok(_) => Reply::Chunk(Chunk { data, size: blob.len as f64, name: blob.name }),
            Err(error) => Reply::Undelivered(format!("the file cannot be read: {error}")),
        })
    }
}
