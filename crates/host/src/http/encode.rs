//! Base64 (RFC 4648, with padding) of a stream.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, ReadBuf};

/// Bytes that are encoded at once: a multiple of three, so that padding comes only at the end.
const BLOCK: usize = 48 << 10;

/// The length of so many bytes in base64.
pub(crate) fn encoded_len(bytes: u64) -> u64 {
    bytes.div_ceil(3).saturating_mul(4)
}

/// Reads bytes and gives text.
pub(crate) struct Encoder<R> {
    reader: R,
    /// What has been read of the current block.
    block: Box<[u8]>,
    filled: usize,
    /// The last whole block as text, and how much of it was given away.
    text: String,
    given: usize,
    ended: bool,
}

impl<R> Encoder<R> {
    pub fn new(reader: R) -> Self {
        Encoder {
            reader,
            block: vec![0; BLOCK].into(),
            filled: 0,
            text: String::new(),
            given: 0,
            ended: false,
        }
    }
}

impl<R: AsyncRead + Unpin> AsyncRead for Encoder<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        while this.given == this.text.len() && !this.ended {
            let mut free = ReadBuf::new(&mut this.block[this.filled..]);
            ready!(Pin::new(&mut this.reader).poll_read(context, &mut free))?;
            let read = free.filled().len();
            this.filled += read;
            this.ended = read == 0;
            if this.ended || this.filled == BLOCK {
                this.text.clear();
                STANDARD.encode_string(&this.block[..this.filled], &mut this.text);
                (this.filled, this.given) = (0, 0);
            }
        }
        let rest = &this.text.as_bytes()[this.given..];
        let part = &rest[..rest.len().min(buffer.remaining())];
        buffer.put_slice(part);
        this.given += part.len();
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    #[tokio::test]
    async fn a_stream_encodes_as_the_whole_does() {
        for len in [0, 1, 2, 3, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 2] {
            let bytes: Vec<u8> = (0..len).map(|at| at as u8).collect();
            // In small bites, as from a slow disk.
            let (mut writer, reader) = tokio::io::duplex(1000);
            let copy = bytes.clone();
            tokio::spawn(async move {
                tokio::io::AsyncWriteExt::write_all(&mut writer, &copy).await.unwrap();
            });
            let mut text = String::new();
            Encoder::new(reader).read_to_string(&mut text).await.unwrap();
            assert!(text == STANDARD.encode(&bytes), "{len} bytes");
            assert_eq!(text.len() as u64, encoded_len(len as u64));
        }
    }
}
