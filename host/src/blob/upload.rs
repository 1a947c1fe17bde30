//! A blob on its way out.

use std::io::{Error, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf, Take};

use super::Blob;
use crate::progress::Progress;

/// Gives exactly as many bytes as were announced, or fails: a file may change while it is sent,
/// and a content length is a promise.
pub struct Upload {
    reader: Take<Box<dyn AsyncRead + Send + Sync + Unpin>>,
    progress: Progress,
}

impl Upload {
    /// For a blob that was opened at its beginning.
    pub(crate) fn new(blob: Blob, progress: &Progress) -> Self {
        progress.announce(blob.len);
        let reader = tokio::io::AsyncReadExt::take(blob.reader, blob.len);
        Upload { reader, progress: progress.clone() }
    }

    /// Bytes that are still to come.
    pub fn left(&self) -> u64 {
        self.reader.limit()
    }
}

impl AsyncRead for Upload {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.reader).poll_read(context, buffer))?;
        let read = buffer.filled().len() - before;
        if read == 0 && self.left() > 0 && buffer.remaining() > 0 {
            let message = "the file became shorter while it was sent";
            return Poll::Ready(Err(Error::new(ErrorKind::UnexpectedEof, message)));
        }
        self.progress.sent(read as u64);
        Poll::Ready(Ok(()))
    }
}
