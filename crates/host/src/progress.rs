//! How far a request is that streams files.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How far a request is, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transfer {
    /// Read from the blobs in the request so far.
    pub sent: u64,
    /// In all these blobs together.
    pub to_send: u64,
    /// Of the answer's body so far, when it is kept as a blob.
    pub received: u64,
    /// Of that body as a whole, when the service has said so.
    pub to_receive: Option<u64>,
}

/// Counts. Clones share one count.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    sent: AtomicU64,
    to_send: AtomicU64,
    received: AtomicU64,
    /// 0 while it is unknown.
    to_receive: AtomicU64,
}

impl Progress {
    /// So many bytes more are going to be sent.
    pub(crate) fn announce(&self, bytes: u64) {
        let more = |so_far: u64| Some(so_far.saturating_add(bytes));
        // It is never refused.
        let _ = self.0.to_send.fetch_update(Relaxed, Relaxed, more);
    }

    pub(crate) fn sent(&self, bytes: u64) {
        self.0.sent.fetch_add(bytes, Relaxed);
    }

    /// For a transport: the length of the body to receive, once it is known.
    pub fn expect(&self, bytes: Option<u64>) {
        self.0.to_receive.store(bytes.unwrap_or_default(), Relaxed);
    }

    /// For a transport: so many bytes more of the body have been received.
    pub fn received(&self, bytes: u64) {
        self.0.received.fetch_add(bytes, Relaxed);
    }

    /// Where it stands.
    pub fn transfer(&self) -> Transfer {
        let to_receive = self.0.to_receive.load(Relaxed);
        Transfer {
            sent: self.0.sent.load(Relaxed),
            to_send: self.0.to_send.load(Relaxed),
            received: self.0.received.load(Relaxed),
            to_receive: (to_receive > 0).then_some(to_receive),
        }
    }
}
