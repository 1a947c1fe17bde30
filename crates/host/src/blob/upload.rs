//! A blob on its way out.

use std::fmt;
use std::io::{Error, ErrorKind};
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, ReadBuf};

use super::{Blob, BlobError, BlobStore};
use crate::progress::Progress;

/// Gives exactly as many bytes as were announced, or fails: a file may change while it is sent,
/// and a content length is a promise.
pub struct Upload {
    source: Source,
    left: u64,
    progress: Progress,
}

enum Source {
    Open(Box<dyn AsyncRead + Send + Sync + Unpin>),
    /// To be opened when its first byte is wanted.
    Later {
        store: Arc<dyn BlobStore>,
        reference: String,
        range: Range<u64>,
        /// Bytes of the whole blob, as they were counted before.
        len: u64,
    },
    Opening(Pin<Box<dyn Future<Output = Result<Blob, BlobError>> + Send>>, u64),
    Ended,
}

impl Upload {
    /// For a blob that was opened at its beginning.
    pub(crate) fn new(blob: Blob, progress: &Progress) -> Self {
        Self::of(Source::Open(blob.reader), blob.len, progress)
    }

    /// For one of several that are sent in one body: it is open only while its bytes are read, so
    /// that many pieces are not as many open files. `range` is the part of it to send, and `len` its
    /// bytes as a whole, as they were counted before.
    pub(crate) fn later(
        store: &Arc<dyn BlobStore>,
        reference: &str,
        range: Range<u64>,
        len: u64,
        progress: &Progress,
    ) -> Self {
        let (store, reference) = (store.clone(), reference.to_owned());
        let left = range.end.saturating_sub(range.start);
        Self::of(Source::Later { store, reference, range, len }, left, progress)
    }

    fn of(source: Source, left: u64, progress: &Progress) -> Self {
        progress.announce(left);
        Upload { source, left, progress: progress.clone() }
    }

    /// Bytes that are still to come.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The reader, as soon as it is open.
    fn poll_open(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<std::io::Result<&mut (dyn AsyncRead + Send + Sync + Unpin + 'static)>> {
        if let Source::Later { store, reference, range, len } = &self.source {
            let (store, reference, offset, len) =
                (store.clone(), reference.clone(), range.start, *len);
            let opening = Box::pin(async move { store.open(&reference, offset).await });
            self.source = Source::Opening(opening, len);
        }
        if let Source::Opening(opening, len) = &mut self.source {
            let blob = ready!(opening.as_mut().poll(context)).map_err(Error::other)?;
            if blob.len != *len {
                return Poll::Ready(Err(Error::other("the file changed before it was sent")));
            }
            self.source = Source::Open(blob.reader);
        }
        Poll::Ready(match &mut self.source {
            Source::Open(reader) => Ok(&mut **reader),
            _ => Err(Error::other("the file was sent already")),
        })
    }
}

impl AsyncRead for Upload {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        if self.left == 0 {
            self.source = Source::Ended;
            return Poll::Ready(Ok(()));
        }
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.remaining());
        let free = buffer.initialize_unfilled_to(most);
        let mut part = ReadBuf::new(free);
        let reader = ready!(self.poll_open(context))?;
        ready!(Pin::new(reader).poll_read(context, &mut part))?;
        let read = part.filled().len();
        if read == 0 {
            let message = "the file became shorter while it was sent";
            return Poll::Ready(Err(Error::new(ErrorKind::UnexpectedEof, message)));
        }
        buffer.advance(read);
        self.left -= read as u64;
        if self.left == 0 {
            self.source = Source::Ended;
        }
        self.progress.sent(read as u64);
        Poll::Ready(Ok(()))
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("left", &self.left).finish_non_exhaustive()
    }
}
