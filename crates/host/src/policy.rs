//! What a connector may do, as data.

use std::time::Duration;

use crate::contract::{Body, Step};
use crate::error::Failure;

/// The names of the rules that [`Failure::Refused`] gives.
pub mod rule {
    /// What is called is in an interface that the connector exports.
    pub const CONTRACT: &str = "contract";
    /// The URL of a request is absolute, has a host, and holds no user name and no fragment.
    pub const URL: &str = "url";
    /// Requests go over https. Only a [route](crate::Routes) leads to plain http, on loopback.
    pub const HTTPS: &str = "https";
    /// Requests and redirects stay on the descriptor's origins.
    pub const DECLARED_ORIGIN: &str = "declared-origin";
    /// A request names a credential that the descriptor declares.
    pub const DECLARED_CREDENTIAL: &str = "declared-credential";
    /// A credential goes only to the origins that it is bound to in the connection's environment.
    pub const CREDENTIAL_ORIGIN: &str = "credential-origin";
    /// A request with a credential is one of the operations that the connector lists, unless the
    /// [caller](crate::Permission::unlisted) may do more. It never is where tokens are given out.
    pub const OPERATION: &str = "operation";
    /// A request does no more than its [caller](crate::Permission) may.
    pub const PERMISSION: &str = "permission";
    /// What comes back to go on with was written by this host: see [`crate::Seal`].
    pub const SEAL: &str = "seal";
    /// A connector sets no header that carries a credential, belongs to the HTTP connection, or makes
    /// another request of one with a credential.
    pub const REQUEST_HEADER: &str = "request-header";
    /// The names in a multipart form cannot break out of their quotes.
    pub const MULTIPART: &str = "multipart";
    /// A blob reference leads to something that the host lets connectors use, and not more than
    /// 1 MiB of it is read at once.
    pub const BLOB: &str = "blob";
    /// At most [`Policy::pieces`](crate::Policy::pieces) in the body of one request.
    pub const PIECES: &str = "pieces";
    /// At most [`Policy::redirects`](crate::Policy::redirects) redirects in a row.
    pub const REDIRECTS: &str = "redirects";
    /// At most [`Policy::response_bytes`](crate::Policy::response_bytes), or
    /// [`Policy::save_bytes`](crate::Policy::save_bytes) where the answer is kept as a blob.
    pub const RESPONSE_SIZE: &str = "response-size";
    /// At most [`Policy::steps`](crate::Policy::steps).
    pub const STEPS: &str = "steps";
    /// At most [`Policy::checkpoint_bytes`](crate::Policy::checkpoint_bytes).
    pub const CHECKPOINT_SIZE: &str = "checkpoint-size";
    /// At most [`Policy::pause`](crate::Policy::pause).
    pub const PAUSE: &str = "pause";
    /// At most [`Policy::call_time`](crate::Policy::call_time).
    pub const CALL_TIME: &str = "call-time";
}

/// Limits on one call. Each default suits a service on the internet.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Bytes of one response, after decompression. Default: 32 MiB.
    pub response_bytes: u64,
    /// Bytes of one answer that is kept as a blob. Default: 4 GiB.
    pub save_bytes: u64,
    /// Steps of one call. Default: 100 000.
    pub steps: u32,
    /// Bytes of one checkpoint. Default: 1 MiB, which holds the cursor of a trigger that has seen
    /// 50 000 items.
    pub checkpoint_bytes: usize,
    /// The longest pause that a connector may ask for. Default: 10 minutes.
    pub pause: Duration,
    /// From beginning to connect until the response begins, without the bodies. Default: 60 s.
    pub request_timeout: Duration,
    /// Bytes a second that a transfer reaches at least: what the bodies of a request and its
    /// response add to the request timeout. Default: 64 KiB.
    pub transfer_rate: u64,
    /// Time to connect. Default: 10 s.
    pub connect_timeout: Duration,
    /// Different blobs that one call uses. Default: 10 000.
    pub blobs: usize,
    /// Parts or pieces that the body of one request is made of. Default: 10 000.
    pub pieces: usize,
    /// Time for the whole call. Default: 48 hours, which is longer than reports are made and files
    /// are taken in; none waits for ever.
    pub call_time: Option<Duration>,
    /// Redirects in a row. Default: 5.
    pub redirects: u32,
    /// How often one request is sent, at most. Default: 4.
    pub tries: u32,
    /// The wait before the first repeat; it doubles each time. Default: 500 ms.
    pub backoff: Duration,
    /// The longest wait before a repeat, or for room under a rate limit. Where more is needed, the
    /// call fails at once. Default: 90 s, for the windows of a minute that many services have.
    pub max_wait: Duration,
}

/// Bytes of a blob that are read at once, by the contract.
const READ_BYTES: u32 = 1 << 20;

impl Default for Policy {
    fn default() -> Self {
        Policy {
            response_bytes: 32 << 20,
            save_bytes: 4 << 30,
            steps: 100_000,
            checkpoint_bytes: 1 << 20,
            pause: Duration::from_secs(600),
            request_timeout: Duration::from_secs(60),
            transfer_rate: 64 << 10,
            connect_timeout: Duration::from_secs(10),
            blobs: 10_000,
            pieces: 10_000,
            call_time: Some(Duration::from_secs(48 * 3600)),
            redirects: 5,
            tries: 4,
            backoff: Duration::from_millis(500),
            max_wait: Duration::from_secs(90),
        }
    }
}

impl Policy {
    /// Checks the sizes in a step.
    pub(crate) fn check(&self, step: &Step) -> Result<(), Failure> {
        let checkpoint = match step {
            Step::Send(pending) => &pending.checkpoint,
            Step::Pause(pause) => &pause.checkpoint,
            Step::Emit(page) => &page.checkpoint,
            Step::Read(range) => &range.checkpoint,
            Step::Done(_) => return Ok(()),
        };
        if checkpoint.len() > self.checkpoint_bytes {
            let message = format!(
                "a checkpoint of {} bytes; the limit is {}",
                checkpoint.len(),
                self.checkpoint_bytes
            );
            return Err(Failure::refused(rule::CHECKPOINT_SIZE, message));
        }
        let pieces = match step {
            Step::Send(pending) => pieces(&pending.request.body),
            _ => 0,
        };
        if pieces > self.pieces {
            let message = format!("a body of {pieces} pieces; the limit is {}", self.pieces);
            return Err(Failure::refused(rule::PIECES, message));
        }
        if let Step::Read(range) = step
            && !(range.length <= READ_BYTES && is_size(range.offset))
        {
            let message = format!(
                "a look at {} bytes from {}; the limit is {READ_BYTES} bytes",
                range.length, range.offset
            );
            return Err(Failure::refused(rule::BLOB, message));
        }
        if let Step::Pause(pause) = step
            && u128::from(pause.ms) > self.pause.as_millis()
        {
            let message =
                format!("a pause of {} ms; the limit is {} ms", pause.ms, self.pause.as_millis());
            return Err(Failure::refused(rule::PAUSE, message));
        }
        Ok(())
    }
}

fn pieces(body: &Body) -> usize {
    match body {
        Body::Empty | Body::Bytes(_) => 0,
        Body::Multipart(parts) => parts.len(),
        Body::Pieces(pieces) => pieces.len(),
    }
}

/// Whether a number of the contract is a whole number of bytes below 2^53.
fn is_size(number: f64) -> bool {
    (0.0..9_007_199_254_740_992.0).contains(&number) && number.fract() == 0.0
}
