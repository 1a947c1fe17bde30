//! What the cluster keeps of a connection.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A connection, as its object keeps it: in clear but for `sealed`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionRecord {
    /// The id of its connector.
    pub connector: String,
    /// Its settings, without secrets.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// The environment that the settings select; empty where the connector has none.
    #[serde(default)]
    pub environment: String,
    /// Connections of the same name here share the service's rate limits. None: it has its own.
    #[serde(default)]
    pub quota: Option<String>,
    /// Its secrets: see [`SharedKey::seal`](connector_auth::SharedKey::seal).
    pub sealed: String,
    /// Counts how often it was changed. Whoever puts a connection there need not say it.
    #[serde(default)]
    pub version: u64,
    /// Why the service renews its tokens no more, if that is so.
    #[serde(default)]
    pub refused: Option<String>,
    /// Since when the service has refused to renew, in milliseconds since 1970-01-01 UTC: at first it may be that a
    /// worker has ended which had the new tokens.
    #[serde(default)]
    pub doubted_ms: Option<u64>,
}

/// Which version of the record had the token that has to be renewed.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Stale {
    pub version: u64,
}

/// New tokens in the place of those of a version.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Renewal {
    pub version: u64,
    pub sealed: String,
}
