//! What a call leaves in Restate's journal, marked with the key of the workers: whoever can write there makes
//! no worker send anything.

use connector_host::contract::Step;
use connector_host::{Call, Seal};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// How a call began. It is the same whenever the call is taken up again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The time as the connector is told it.
    pub now: String,
    /// The SHA-256 of the component: another build may misread its steps.
    pub component: String,
}

/// What came of one part of a call: at most one request, and the connector's step after it.
#[derive(Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The execution of the handler that wrote it: see [`crate::run`].
    pub attempt: u64,
    pub begun: Begun,
    pub came: Came,
}

#[derive(Debug, Serialize, Deserialize)]
pub enum Came {
    /// This is to be done next.
    Next(Step),
    /// The same is to be done again, after so many milliseconds.
    Again {
        wait_ms: u64,
        why: String,
        counts: Counts,
    },
    Failed(Failure),
}

/// What a repeat counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counts {
    /// The request was sent once more.
    Sent,
    /// It was not sent: there was no room for it yet.
    Waited,
    /// The credential was renewed.
    Refreshed,
}

/// Which call it is, and the mark of its entries.
#[derive(Debug)]
pub struct Place {
    /// The name of the connection.
    pub connection: String,
    pub call: Call,
    /// The id of the invocation.
    pub id: String,
    /// So many items of a list; None: all.
    pub wanted: Option<u64>,
    seal: Seal,
}

impl Place {
    pub fn new(
        connection: String,
        call: Call,
        id: String,
        wanted: Option<u64>,
        seal: &Seal,
    ) -> Self {
        Place { connection, call, id, wanted, seal: seal.clone() }
    }

    pub fn close(&self, entry: &Entry) -> Vec<u8> {
        let bytes = postcard::to_allocvec(entry).expect("an entry is plain data");
        self.seal.close(&self.words(), &bytes)
    }

    /// None when it was not written by a worker for this call.
    pub fn open(&self, closed: &[u8]) -> Option<Entry> {
        let bytes = self.seal.open(&self.words(), closed)?;
        postcard::from_bytes(bytes).ok()
    }

    fn words(&self) -> [&str; 3] {
        ["cluster", &self.connection, &self.id]
    }
}
