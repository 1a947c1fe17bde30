//! What a connector may do, as data.

use std::time::Duration;

use crate::links::Links;

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
    /// The longest pause that a connector may ask for. Default: a day, by the contract.
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
    /// Redirects in a row. Default: 10, by the contract.
    pub redirects: u32,
    /// How often one request is sent, at most. Default: 4.
    pub tries: u32,
    /// The wait before the first repeat; it doubles each time. Default: 500 ms.
    pub backoff: Duration,
    /// The longest wait before a repeat, or for room under a rate limit. Where more is needed, the
    /// call fails at once. Default: 90 s, for the windows of a minute that many services have.
    pub max_wait: Duration,
    /// Where links in what is written may lead. Default: None, anywhere.
    pub links: Option<Links>,
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            response_bytes: 32 << 20,
            save_bytes: 4 << 30,
            steps: 100_000,
            checkpoint_bytes: 1 << 20,
            pause: Duration::from_secs(24 * 3600),
            request_timeout: Duration::from_secs(60),
            transfer_rate: 64 << 10,
            connect_timeout: Duration::from_secs(10),
            blobs: 10_000,
            pieces: 10_000,
            call_time: Some(Duration::from_secs(48 * 3600)),
            redirects: 10,
            tries: 4,
            backoff: Duration::from_millis(500),
            max_wait: Duration::from_secs(90),
            links: None,
        }
    }
}
