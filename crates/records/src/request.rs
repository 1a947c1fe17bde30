//! What is asked of a resource.

use serde_json::{Map, Value};

/// What is to be read.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Input fields of the action that reads: parents, and whatever else it takes. All values of
    /// the parents that are missing are walked.
    pub input: Map<String, Value>,
    /// Only rows made or changed at this time or later, in microseconds since 1970 UTC.
    pub since: Option<i64>,
    /// Keep in the cursor what later runs need to give no row twice. Without it each read stands
    /// alone and memory does not grow with the rows.
    pub incremental: bool,
}
