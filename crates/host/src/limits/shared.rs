//! Limits that are counted beyond this process.

use std::time::Duration;

use async_trait::async_trait;

use super::RateLimitHeaders;
use crate::contract::Cost;
use crate::contract::connection::Quota;

/// Counts the calls of several processes for the same account and app: see
/// [`ConnectionBuilder::shared_limits`](crate::ConnectionBuilder::shared_limits).
#[async_trait]
pub trait SharedLimits: Send + Sync {
    /// Waits until a request may go to an origin, or says how long it would have to wait, if that is longer than
    /// is good for this process. `quotas` are what the connector says about its service.
    async fn admit(&self, origin: &str, costs: &[Cost], quotas: &[Quota]) -> Result<(), NoRoom>;

    /// Learns what the service has said about its limits.
    fn answered(&self, origin: &str, costs: &[Cost], said: &RateLimitHeaders);
}

/// There is no room for a request.
#[derive(Clone, Debug)]
pub struct NoRoom {
    /// The name of the limit.
    pub limit: String,
    /// At least until there is.
    pub wait: Duration,
}
