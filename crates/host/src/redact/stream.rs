//! Secrets in what comes in pieces: one may lie across two of them.

use std::io::Result;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::AsyncWrite;

use super::{BEFORE, REDACTED, Redactor};
use crate::blob::BlobWriter;

/// Writes on what it is given, without secrets. What may be the beginning of one waits for what
/// follows, until the writer is flushed at the end.
pub(crate) struct Redacting {
    writer: BlobWriter,
    cut: Cut,
    /// To be written on.
    out: Vec<u8>,
    written: usize,
}

impl Redacting {
    pub fn new(writer: BlobWriter, redactor: Redactor) -> Self {
        let cut = Cut { redactor, buffer: Vec::new(), done: 0 };
        Redacting { writer, cut, out: Vec::new(), written: 0 }
    }

    /// Writes on what is ready.
    fn poll_out(&mut self, context: &mut Context<'_>) -> Poll<Result<()>> {
        while self.written < self.out.len() {
            let rest = &self.out[self.written..];
            let written = ready!(Pin::new(&mut self.writer).poll_write(context, rest))?;
            if written == 0 {
                return Poll::Ready(Err(std::io::ErrorKind::WriteZero.into()));
            }
            self.written += written;
        }
        self.out.clear();
        self.written = 0;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Redacting {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        ready!(self.poll_out(context))?;
        let this = &mut *self;
        this.cut.push(bytes, &mut this.out);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.poll_out(context))?;
        let this = &mut *self;
        this.cut.end(&mut this.out);
        ready!(self.poll_out(context))?;
        Pin::new(&mut self.writer).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        ready!(self.as_mut().poll_flush(context))?;
        Pin::new(&mut self.writer).poll_shutdown(context)
    }
}

/// Cuts secrets out of a stream.
struct Cut {
    redactor: Redactor,
    /// What is not decided yet, behind the last bytes of what is.
    buffer: Vec<u8>,
    /// How many bytes are decided.
    done: usize,
}

impl Cut {
    fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        let Some(patterns) = &self.redactor.0 else {
            out.extend_from_slice(bytes);
            return;
        };
        self.buffer.extend_from_slice(bytes);
        // A secret that begins before this is there as a whole, with the byte behind it.
        let decided = self.buffer.len().saturating_sub(patterns.longest);
        self.take(decided, out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        self.take(self.buffer.len(), out);
    }

    fn take(&mut self, decided: usize, out: &mut Vec<u8>) {
        let Some(patterns) = &self.redactor.0 else { return };
        while let Some(found) = patterns.find(&self.buffer, self.done)
            && found.start < decided
        {
            out.extend_from_slice(&self.buffer[self.done..found.start]);
            out.extend_from_slice(REDACTED.as_bytes());
            self.done = found.end;
        }
        if self.done < decided {
            out.extend_from_slice(&self.buffer[self.done..decided]);
            self.done = decided;
        }
        let old = self.done.saturating_sub(BEFORE);
        self.buffer.drain(..old);
        self.done -= old;
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncWriteExt;

    use super::*;

    #[test]
    fn a_secret_across_pieces_is_found() {
        let secrets = ["a-long-enough-token", "shorter1", "a-long-enough-token-and-more"];
        let redactor = Redactor::new(secrets);
        let text = "x shorter1 a-long-enough-token;a-long-enough-token-and-more, xshorter1 \
            %20shorter1 YS1sb25nLWVub3VnaC10b2tlbg== a-long-enough-toke shorter1";
        let whole = redactor.text(text.to_owned());
        let expected = "x [secret] [secret];[secret], xshorter1 \
            %20[secret] [secret]";
        assert!(whole.starts_with(expected), "{whole}");
        assert!(whole.ends_with(" a-long-enough-toke [secret]"), "{whole}");
        for size in 1..text.len() {
            let mut cut = Cut { redactor: redactor.clone(), buffer: Vec::new(), done: 0 };
            let mut out = Vec::new();
            text.as_bytes().chunks(size).for_each(|chunk| cut.push(chunk, &mut out));
            cut.end(&mut out);
            assert_eq!(String::from_utf8(out).unwrap(), whole, "in pieces of {size}");
        }
    }

    #[tokio::test]
    async fn nothing_is_lost_at_the_end() {
        let (writer, mut reader) = tokio::io::duplex(7);
        let redactor = Redactor::new(["a-long-enough-token"]);
        let mut redacting = Redacting::new(Box::new(writer), redactor);
        let writing = tokio::spawn(async move {
            redacting.write_all(b"begin a-long-en").await.unwrap();
            redacting.write_all(b"ough-token end a-long").await.unwrap();
            redacting.flush().await.unwrap();
        });
        let mut text = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut reader, &mut text).await.unwrap();
        writing.await.unwrap();
        assert_eq!(text, "begin [secret] end a-long");
    }
}
