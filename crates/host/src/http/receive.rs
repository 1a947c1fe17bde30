//! Takes a response in, within limits on time and size.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};

use super::{TransportError, causes};
use crate::bounds::later;
use crate::progress::Progress;

/// The time limits of one exchange, which begins when this is made.
pub(crate) struct Receive {
    begun: Instant,
    timeout: Duration,
    rate: u64,
}

impl Receive {
    /// `timeout`: for everything but the body; `rate`: bytes a second of the body, at least.
    pub fn new(timeout: Duration, rate: u64) -> Self {
        Receive { begun: Instant::now(), timeout, rate: rate.max(1) }
    }

    /// Sends a request and takes status and headers.
    pub async fn head(&self, request: RequestBuilder) -> Result<Response, TransportError> {
        self.within(0, request.send()).await?.map_err(sort)
    }

    /// Takes the body, `limit` bytes at most.
    pub async fn body(
        &self,
        response: &mut Response,
        into: &mut (dyn AsyncWrite + Send + Unpin),
        limit: u64,
        progress: &Progress,
    ) -> Result<(), TransportError> {
        let expected = response.content_length();
        if expected.is_some_and(|length| length > limit) {
            return Err(TransportError::TooLarge(limit));
        }
        progress.expect(expected);
        let mut received = 0;
        while let Some(chunk) = self.within(received, response.chunk()).await?.map_err(sort)? {
            received += chunk.len() as u64;
            if received > limit {
                return Err(TransportError::TooLarge(limit));
            }
            into.write_all(&chunk).await.map_err(unwritable)?;
            progress.received(chunk.len() as u64);
        }
        into.flush().await.map_err(unwritable)
    }

    async fn within<T>(
        &self,
        received: u64,
        work: impl Future<Output = T>,
    ) -> Result<T, TransportError> {
        let time = self.timeout.saturating_add(Duration::from_secs(received / self.rate));
        let deadline = later(self.begun, time);
        let late = |_| TransportError::Lost("timed out".into());
        timeout_at(deadline, work).await.map_err(late)
    }
}

fn unwritable(error: std::io::Error) -> TransportError {
    TransportError::Blob(format!("the answer cannot be kept: {error}"))
}

fn sort(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    match error.is_connect() || error.is_builder() {
        true => TransportError::NotSent(causes(&error)),
        false => TransportError::Lost(causes(&error)),
    }
}
