//! Figures for operators, in Prometheus's text format. They name no tenant and no connection.

use std::fmt;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// What tells requests apart.
#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
pub struct Request {
    pub method: String,
    /// The pattern, not the address.
    pub route: String,
    pub status: u16,
}

/// What is counted.
pub struct Metrics {
    pub requests: Family<Request, Counter>,
    pub seconds: Histogram,
    pub calls: Gauge,
    registry: Registry,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("connector");
        let requests = Family::<Request, Counter>::default();
        let seconds = Histogram::new(exponential_buckets(0.001, 2.5, 12));
        let calls = Gauge::default();
        registry.register("http_requests", "Requests that were answered", requests.clone());
        registry.register("http_seconds", "Until the head of an answer", seconds.clone());
        registry.register("calls", "Calls of connectors under way", calls.clone());
        Metrics { requests, seconds, calls, registry }
    }
}

impl Metrics {
    /// As Prometheus reads it.
    pub fn text(&self) -> Result<String, fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}
