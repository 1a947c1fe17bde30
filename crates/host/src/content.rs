//! Opens the blobs of a request's body.

use std::collections::HashMap;
use std::sync::Arc;

use crate::blob::{BlobError, BlobStore, Upload, references, shown};
use crate::contract::{Body, PartContent as Reference, Piece as Named, Slice};
use crate::http::{Content, Part, PartContent, Piece};
use crate::progress::Progress;

/// The body to send. `progress` learns how many bytes its blobs have, and counts them.
pub(crate) async fn open(
    body: &Body,
    store: &Arc<dyn BlobStore>,
    progress: &Progress,
) -> Result<Content, BlobError> {
    let mut blobs =
        Blobs { store, progress, only: references(body).len() == 1, lengths: HashMap::new() };
    Ok(match body {
        Body::Empty => Content::Empty,
        Body::Bytes(bytes) => Content::Bytes(bytes.clone()),
        Body::Multipart(parts) => {
            let mut form = Vec::with_capacity(parts.len());
            for part in parts {
                form.push(Part {
                    name: part.name.clone(),
                    filename: part.filename.clone(),
                    content_type: part.content_type.clone(),
                    content: match &part.content {
                        Reference::Text(text) => PartContent::Text(text.clone()),
                        Reference::Blob(reference) => {
                            PartContent::Blob(blobs.upload(reference).await?)
                        }
                    },
                });
            }
            Content::Multipart(form)
        }
        Body::Pieces(pieces) => {
            let mut opened = Vec::with_capacity(pieces.len());
            for piece in pieces {
                opened.push(match piece {
                    Named::Text(text) => Piece::Text(text.clone()),
                    Named::Blob(reference) => Piece::Blob(blobs.upload(reference).await?),
                    Named::BlobBase64(reference) => Piece::Base64(blobs.upload(reference).await?),
                    Named::Slice(slice) => Piece::Blob(blobs.slice(slice).await?),
                });
            }
            Content::Pieces(opened)
        }
    })
}

/// The blobs of one body.
struct Blobs<'a> {
    store: &'a Arc<dyn BlobStore>,
    progress: &'a Progress,
    /// Whether there is but one, which then stays open.
    only: bool,
    /// Of those met so far, in bytes.
    lengths: HashMap<&'a str, u64>,
}

impl<'a> Blobs<'a> {
    async fn upload(&mut self, reference: &'a str) -> Result<Upload, BlobError> {
        if self.only {
            return Ok(Upload::new(self.store.open(reference, 0).await?, self.progress));
        }
        let len = self.len(reference).await?;
        Ok(Upload::later(self.store, reference, 0..len, len, self.progress))
    }

    async fn slice(&mut self, slice: &'a Slice) -> Result<Upload, BlobError> {
        let len = self.len(&slice.blob).await?;
        let end = slice.offset.checked_add(slice.length).filter(|end| *end <= len);
        let end = end.ok_or_else(|| {
            let (blob, Slice { offset, length, .. }) = (shown(&slice.blob), slice);
            BlobError::Unreadable(format!(
                "`{blob}` has {len} bytes, not {length} from {offset} on"
            ))
        })?;
        Ok(Upload::later(self.store, &slice.blob, slice.offset..end, len, self.progress))
    }

    async fn len(&mut self, reference: &'a str) -> Result<u64, BlobError> {
        let len = match self.lengths.get(reference) {
            Some(len) => *len,
            None => self.store.open(reference, 0).await?.len,
        };
        self.lengths.insert(reference, len);
        Ok(len)
    }
}
