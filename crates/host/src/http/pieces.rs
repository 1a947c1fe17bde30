//! A body put together from pieces, read one after the other.

use std::collections::VecDeque;
use std::io::Cursor;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use reqwest::Body;
use tokio::io::{AsyncRead, ReadBuf};
use tokio_util::io::ReaderStream;

use super::Piece;
use super::encode::{Encoder, encoded_len};

/// Bytes that are in memory at once.
const WINDOW: usize = 64 << 10;

/// The body, and its length: services that refuse chunks want it told beforehand.
pub(crate) fn body(pieces: Vec<Piece>) -> (Body, u64) {
    let len = pieces.iter().map(len).fold(0, u64::saturating_add);
    let readers = pieces.into_iter().map(reader).collect();
    (Body::wrap_stream(ReaderStream::with_capacity(Joined(readers), WINDOW)), len)
}

fn len(piece: &Piece) -> u64 {
    match piece {
        Piece::Text(text) => text.len() as u64,
        Piece::Blob(blob) => blob.left(),
        Piece::Base64(blob) => encoded_len(blob.left()),
    }
}

type Reader = Box<dyn AsyncRead + Send + Unpin>;

fn reader(piece: Piece) -> Reader {
    match piece {
        Piece::Text(text) => Box::new(Cursor::new(text.into_bytes())),
        Piece::Blob(blob) => Box::new(blob),
        Piece::Base64(blob) => Box::new(Encoder::new(blob)),
    }
}

struct Joined(VecDeque<Reader>);

impl AsyncRead for Joined {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        while let Some(first) = self.0.front_mut() {
            ready!(Pin::new(first).poll_read(context, buffer))?;
            if buffer.filled().len() > before || buffer.remaining() == 0 {
                break;
            }
            self.0.pop_front();
        }
        Poll::Ready(Ok(()))
    }
}
