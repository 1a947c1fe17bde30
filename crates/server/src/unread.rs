//! Whether the body of a request was read to its end before the answer. Otherwise the socket ends with the answer, and
//! callers have to be told, so that they send nothing more on it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use http_body::{Frame, SizeHint};

/// Whether the body was read.
pub struct Ended(Arc<AtomicBool>);

impl Ended {
    /// Of a request, whose body is watched from now on.
    pub fn of(request: Request) -> (Request, Self) {
        let (parts, body) = request.into_parts();
        let ended = Arc::new(AtomicBool::new(body.is_end_stream()));
        let watched = Watched { body, ended: ended.clone() };
        (Request::from_parts(parts, Body::new(watched)), Ended(ended))
    }

    /// Whether nothing of it is left.
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

struct Watched {
    body: Body,
    ended: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if matches!(polled, Poll::Ready(None)) || self.body.is_end_stream() {
            self.ended.store(true, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
