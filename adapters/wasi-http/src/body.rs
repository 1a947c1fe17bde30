//! The bytes of a request's body.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::bindings::automation::connector::types::{Body, Part, PartContent, Piece, Slice};
use crate::blobs::Blobs;
use crate::budget::random_word;
use crate::incoming::LARGEST;

/// A body that is ready to be sent.
pub struct Bytes {
    /// None where there is no body at all.
    pub content: Option<Vec<u8>>,
    /// The content type that goes with it, where the host chooses that.
    pub kind: Option<String>,
}

/// Puts a body together. Fails with a sentence about the file that is not there.
pub fn bytes(body: &Body, blobs: &Blobs) -> Result<Bytes, String> {
    Ok(match body {
        Body::Empty => Bytes { content: None, kind: None },
        Body::Bytes(bytes) => Bytes { content: Some(bytes.clone()), kind: None },
        Body::Pieces(pieces) => {
            let mut content = Vec::new();
            for one in pieces {
                content.extend(piece(one, blobs)?);
                bounded(&content)?;
            }
            Bytes { content: Some(content), kind: None }
        }
        Body::Multipart(parts) => {
            let boundary = random_word();
            let mut content = Vec::new();
            for part in parts {
                content.extend(head(part, &boundary).into_bytes());
                content.extend(match &part.content {
                    PartContent::Text(text) => text.clone().into_bytes(),
                    PartContent::Blob(reference) => blobs.bytes(reference)?.to_vec(),
                });
                content.extend(b"\r\n");
                bounded(&content)?;
            }
            content.extend(format!("--{boundary}--\r\n").into_bytes());
            let kind = format!("multipart/form-data; boundary={boundary}");
            Bytes { content: Some(content), kind: Some(kind) }
        }
    })
}

/// Files that are there once can be named more than once.
fn bounded(content: &[u8]) -> Result<(), String> {
    match content.len() > LARGEST {
        true => Err(format!("the body has more than {LARGEST} bytes, which is the limit")),
        false => Ok(()),
    }
}

fn head(part: &Part, boundary: &str) -> String {
    let is_file = matches!(part.content, PartContent::Blob(_));
    let filename = part.filename.as_deref().or(is_file.then_some("file"));
    let kind = part.content_type.as_deref().or(is_file.then_some("application/octet-stream"));
    let filename = filename.map(|name| format!("; filename=\"{}\"", name.replace('"', "%22")));
    let kind = kind.map(|kind| format!("content-type: {kind}\r\n")).unwrap_or_default();
    format!(
        "--{boundary}\r\ncontent-disposition: form-data; name=\"{}\"{}\r\n{kind}\r\n",
        part.name,
        filename.unwrap_or_default()
    )
}

fn piece(piece: &Piece, blobs: &Blobs) -> Result<Vec<u8>, String> {
    Ok(match piece {
        Piece::Text(text) => text.clone().into_bytes(),
        Piece::Blob(reference) => blobs.bytes(reference)?.to_vec(),
        Piece::BlobBase64(reference) => STANDARD.encode(blobs.bytes(reference)?).into_bytes(),
        Piece::Slice(Slice { blob, offset, length }) => {
            let bytes = blobs.bytes(blob)?;
            let end = offset.saturating_add(*length);
            let ends_before =
                || format!("the file has {} bytes, and not {length} from {offset} on", bytes.len());
            let range = usize::try_from(*offset).ok().zip(usize::try_from(end).ok());
            let part = range.and_then(|(begin, end)| bytes.get(begin..end));
            part.ok_or_else(ends_before)?.to_vec()
        }
    })
}
