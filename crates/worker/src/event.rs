//! What is told of triggers.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Events of a trigger that are kept, where nobody says another number.
const KEEP: u64 = 500;
/// Seconds from one poll to the next, where nobody says another number.
const EVERY: u64 = 300;

/// What `Trigger/{name}/start` takes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerSpec {
    /// The name of a connection that the cluster has.
    pub connection: String,
    /// The id of a trigger of its connector, or of a webhook.
    pub trigger: String,
    /// It is a webhook: nothing is polled, and `Trigger/{name}/deliver` takes what the service sends.
    #[serde(default)]
    pub webhook: bool,
    /// Its configuration.
    #[serde(default)]
    pub config: Map<String, Value>,
    /// Seconds from one poll to the next. Default: 300.
    #[serde(default = "every")]
    pub every_s: u64,
    /// Where each event is posted to, at least once; None: it is only recorded.
    #[serde(default)]
    pub sink: Option<String>,
    /// So many events are kept at least, the latest ones, and known again by their ids. Default: 500.
    #[serde(default = "keep")]
    pub keep: u64,
}

/// An event as it is recorded.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RecordedEvent {
    /// Its place in the record, from 1 on.
    pub number: u64,
    /// The id of the trigger.
    pub trigger: String,
    /// Of one record no two events have the same.
    pub id: String,
    /// RFC 3339 in UTC, if the service tells.
    pub occurred_at: Option<String>,
    /// What has happened.
    pub data: Value,
}

/// How a trigger stands.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Standing {
    /// Polls that succeeded.
    pub polls: u64,
    /// Polls that failed since the last one that did not.
    pub failures: u32,
    /// Why the last of them did: an object with `kind` and `message`, as JSON text.
    pub error: Option<String>,
    /// Events that were recorded, also those that are not kept any longer.
    pub recorded: u64,
}

fn keep() -> u64 {
    KEEP
}

fn every() -> u64 {
    EVERY
}
