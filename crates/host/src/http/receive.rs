//! Takes a response in, within limits on time and size.

use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout_at};
use tokio_util::bytes::Bytes;

use super::{TransportError, causes};
use crate::body_budget::BodyMemory;
use crate::bounds::later;
use crate::progress::Progress;

/// Bytes that a body is expected to have that does not tell its length, as those that are compressed.
const UNKNOWN: u64 = 256 << 10;

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

    /// Takes the body into memory, `limit` bytes at most.
    ///
    /// Memory is asked for here, with the head at hand, and not before the request is sent. Only now is it
    /// known how much it takes, and a service that takes long to answer would keep others from being read
    /// meanwhile. The price is a connection that is open while it waits: should the service close it, there
    /// is no complete answer, as with any other that is cut.
    pub async fn body(
        &mut self,
        response: &mut Response,
        limit: u64,
        memory: &BodyMemory,
    ) -> Result<Vec<u8>, TransportError> {
        let expected = expected(response, limit)?;
        self.wait_for(memory, expected.unwrap_or(UNKNOWN.min(limit))).await;
        let mut body = Vec::new();
        // A whole body that is already known to fit needs no room to grow into.
        let mut room = expected.map_or(0, |length| usize::try_from(length).unwrap_or(0));
        while let Some(chunk) = self.chunk(response, body.len() as u64, limit).await? {
            let length = body.len() + chunk.len();
            if length > body.capacity() {
                room = room.max(length).max(body.capacity().saturating_mul(2));
                self.wait_for(memory, room as u64).await;
                body.reserve_exact(room - body.len());
            }
            body.extend_from_slice(&chunk);
        }
        memory.settle(body.capacity());
        Ok(body)
    }

    /// Takes the body to where it is kept, `limit` bytes at most.
    pub async fn save(
        &self,
        response: &mut Response,
        into: &mut (dyn AsyncWrite + Send + Unpin),
        limit: u64,
        progress: &Progress,
    ) -> Result<(), TransportError> {
        progress.expect(expected(response, limit)?);
        let mut received = 0;
        while let Some(chunk) = self.chunk(response, received, limit).await? {
            received += chunk.len() as u64;
            into.write_all(&chunk).await.map_err(unwritable)?;
            progress.received(chunk.len() as u64);
        }
        into.flush().await.map_err(unwritable)
    }

    /// What comes next, after so many bytes.
    async fn chunk(
        &self,
        response: &mut Response,
        received: u64,
        limit: u64,
    ) -> Result<Option<Bytes>, TransportError> {
        let chunk = self.within(received, response.chunk()).await?.map_err(sort)?;
        match &chunk {
            Some(chunk) if chunk.len() as u64 > limit.saturating_sub(received) => {
                Err(TransportError::TooLarge(limit))
            }
            _ => Ok(chunk),
        }
    }

    /// That there is no memory is no fault of the service's: its time stands still.
    async fn wait_for(&mut self, memory: &BodyMemory, bytes: u64) {
        let asked = Instant::now();
        memory.hold(bytes).await;
        self.begun = later(self.begun, asked.elapsed());
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

/// The length of the body, if it is told.
fn expected(response: &Response, limit: u64) -> Result<Option<u64>, TransportError> {
    match response.content_length() {
        Some(length) if length > limit => Err(TransportError::TooLarge(limit)),
        length => Ok(length),
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

#[cfg(test)]
mod tests {
    use std::io;

    use futures_util::stream;
    use reqwest::Body;
    use tokio::time::sleep;

    use super::*;
    use crate::body_budget::BodyBudget;
    use crate::turns::Party;

    const S: Duration = Duration::from_secs(1);
    const MIB: u64 = 1 << 20;

    fn response(body: impl Into<Body>) -> Response {
        http::Response::new(body.into()).into()
    }

    fn chunks(chunks: Vec<Vec<u8>>) -> Body {
        Body::wrap_stream(stream::iter(chunks.into_iter().map(Ok::<_, io::Error>)))
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_for_memory_is_not_the_services() {
        let budget = BodyBudget::new(MIB);
        let (other, memory) = (budget.body(&Party::default()), budget.body(&Party::default()));
        other.hold(MIB).await;
        let mut receive = Receive::new(S * 10, MIB);
        let mut answer = response(vec![7; 5000]);
        let gone = async {
            sleep(S * 30).await;
            drop(other);
        };
        let (body, ()) = tokio::join!(receive.body(&mut answer, MIB, &memory), gone);
        assert_eq!(body.unwrap(), [7; 5000]);

        // What it has to send is.
        let begun = Instant::now();
        let never = stream::pending::<Result<Vec<u8>, io::Error>>();
        let mut stalled = response(Body::wrap_stream(never));
        let late = receive.body(&mut stalled, MIB, &memory).await.unwrap_err();
        assert_eq!(late.to_string(), "no complete answer: timed out");
        assert_eq!(begun.elapsed().as_secs(), 10);
    }

    #[tokio::test]
    async fn a_body_holds_what_it_takes() {
        let budget = BodyBudget::new(MIB);
        let memory = budget.body(&Party::default());
        let mut answer = response(chunks(vec![vec![1; 1000], vec![2; 1000], vec![3; 500]]));
        let body = Receive::new(S, MIB).body(&mut answer, MIB, &memory).await.unwrap();
        assert_eq!(body, [vec![1; 1000], vec![2; 1000], vec![3; 500]].concat());
        assert_eq!(budget.free(), 1024 - u32::try_from(body.capacity().div_ceil(1024)).unwrap());
        drop(memory);
        assert_eq!(budget.free(), 1024);
        let told = budget.body(&Party::default());
        let body = Receive::new(S, MIB).body(&mut response(vec![1; 3000]), MIB, &told).await;
        assert_eq!((body.unwrap().capacity(), budget.free()), (3000, 1021));
    }

    #[tokio::test]
    async fn no_more_than_is_allowed_is_taken() {
        let memory = BodyMemory::default();
        for length in [3000, 3001] {
            for body in
                [Body::from(vec![1; length]), chunks(vec![vec![1; 1000], vec![1; length - 1000]])]
            {
                let taken =
                    Receive::new(S * 60, MIB).body(&mut response(body), 3000, &memory).await;
                assert_eq!(taken.is_ok(), length == 3000);
            }
        }
    }
}
