//! Blobs that are their own reference: `data:` URIs (RFC 2397).

use std::io::Cursor;

use data_url::DataUrl;

use crate::blob::{Blob, BlobError};

/// Bytes of the URI. It has been in the connector's memory, so it is small already; what is larger
/// belongs into a file.
const LONGEST: usize = 32 << 20;

pub(super) fn open(reference: &str, offset: u64) -> Result<Blob, BlobError> {
    if reference.len() > LONGEST {
        let message = format!("a data URI of {} bytes; the limit is {LONGEST}", reference.len());
        return Err(BlobError::Unreadable(message));
    }
    let wrong = |why: &str| BlobError::Unreadable(format!("a data URI: {why}"));
    let url = DataUrl::process(reference).map_err(|_| wrong("it has no comma"))?;
    let (bytes, _) = url.decode_to_vec().map_err(|_| wrong("its base64 is damaged"))?;
    let len = bytes.len() as u64;
    let mut reader = Cursor::new(bytes);
    reader.set_position(offset);
    Ok(Blob { reader: Box::new(reader), len, name: None })
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn read(reference: &str, offset: u64) -> Result<(u64, String), String> {
        let blob = open(reference, offset).map_err(|error| error.to_string())?;
        let Blob { mut reader, len, .. } = blob;
        let mut text = String::new();
        reader.read_to_string(&mut text).await.map_err(|error| error.to_string())?;
        Ok((len, text))
    }

    #[tokio::test]
    async fn plain_and_base64() {
        assert_eq!(read("data:,a%20b", 0).await, Ok((3, "a b".into())));
        assert_eq!(read("DATA:text/plain;base64,aGVsbG8=", 2).await, Ok((5, "llo".into())));
        assert_eq!(read("data:,abc", 9).await, Ok((3, String::new())));
    }

    #[tokio::test]
    async fn what_is_damaged_is_named_without_its_content() {
        assert_eq!(read("data:secret", 0).await, Err("a data URI: it has no comma".into()));
        let damaged = read("data:;base64,a", 0).await;
        assert_eq!(damaged, Err("a data URI: its base64 is damaged".into()));
        let long = format!("data:,{}", "x".repeat(LONGEST));
        let message = read(&long, 0).await.unwrap_err();
        assert!(message.ends_with("the limit is 33554432"), "{message}");
    }
}
