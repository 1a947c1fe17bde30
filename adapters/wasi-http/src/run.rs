//! What a call has while it runs.

use serde_json::Value;
use url::Url;

use crate::begun::Begun;
use crate::bindings::automation::connector::connection::Descriptor;
use crate::blobs::Blobs;
use crate::budget::Budget;

/// A call between two of its steps.
pub struct Run<'a> {
    pub descriptor: &'a Descriptor,
    pub settings: &'a Value,
    pub begun: Begun,
    pub blobs: Blobs,
    /// What no answer may hold.
    pub secrets: Vec<String>,
    /// Where origins lead to instead.
    pub routes: Vec<(String, Url)>,
    /// Something at the service was changed, now or before a continuation.
    pub changed: bool,
    /// The page or pause that the call can come back to.
    pub last: Option<Vec<u8>>,
    pub budget: Budget,
    /// Since the last page or pause something was sent that may not be sent twice.
    pub wrote: bool,
}
