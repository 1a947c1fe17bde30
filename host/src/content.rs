//! Opens the blobs of a request's body.

use crate::blob::{BlobError, BlobStore, Upload};
use crate::contract::{Body, PartContent as Reference, Piece as Named};
use crate::http::{Content, Part, PartContent, Piece};
use crate::progress::Progress;

/// The body to send. `progress` learns how many bytes its blobs have, and counts them.
pub(crate) async fn open(
    body: &Body,
    store: &dyn BlobStore,
    progress: &Progress,
) -> Result<Content, BlobError> {
    let blob = async |reference: &str| {
        let blob = store.open(reference, 0).await?;
        Ok::<_, BlobError>(Upload::new(blob, progress))
    };
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
                        Reference::Blob(reference) => PartContent::Blob(blob(reference).await?),
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
                    Named::Blob(reference) => Piece::Blob(blob(reference).await?),
                    Named::BlobBase64(reference) => Piece::Base64(blob(reference).await?),
                });
            }
            Content::Pieces(opened)
        }
    })
}
