//! When a request is sent again, and after which wait.

use std::time::Duration;

use crate::contract::{Effect, Error as ConnectorError, ErrorKind};
use crate::http::TransportError;
use crate::policy::Policy;

/// Counts how often one pending request was sent, and decides about the next time. The driver uses
/// it; so can an engine that runs the loop itself.
#[derive(Debug)]
pub struct Retry<'a> {
    policy: &'a Policy,
    effect: Effect,
    sent: u32,
}

impl<'a> Retry<'a> {
    /// For a request of this effect, under [`Policy::tries`], `backoff` and `max_wait`.
    pub fn new(policy: &'a Policy, effect: Effect) -> Self {
        Retry::after(policy, effect, 0)
    }

    /// For one that was sent so often before, by an engine that has kept the number.
    pub fn after(policy: &'a Policy, effect: Effect, sent: u32) -> Self {
        Retry { policy, effect, sent }
    }

    /// How long to wait before sending again after no answer came, if at all.
    pub fn after_undelivered(&mut self, error: &TransportError) -> Option<Duration> {
        let harmless = match error {
            TransportError::NotSent(_) => true,
            TransportError::Lost(_) => self.repeatable(),
            TransportError::TooLarge(_) | TransportError::Blob(_) => false,
        };
        self.wait(harmless, None)
    }

    /// How long to wait before sending again after the connector called the answer an error, if
    /// at all.
    pub fn after_error(&mut self, error: &ConnectorError) -> Option<Duration> {
        let harmless = match error.kind {
            // Refused unprocessed, so even a write did nothing.
            ErrorKind::RateLimited => true,
            ErrorKind::Unavailable => self.repeatable(),
            _ => false,
        };
        let asked = error.retry_after_ms.map(|ms| Duration::from_millis(ms.into()));
        self.wait(harmless, asked)
    }

    fn repeatable(&self) -> bool {
        matches!(self.effect, Effect::Read | Effect::Idempotent)
    }

    fn wait(&mut self, harmless: bool, asked: Option<Duration>) -> Option<Duration> {
        self.sent += 1;
        if !harmless || self.sent >= self.policy.tries {
            return None;
        }
        match asked {
            // Waiting less than the service asks for would only be refused again.
            Some(asked) => (asked <= self.policy.max_wait).then_some(asked),
            None => Some(self.backoff()),
        }
    }

    /// Doubles each time; half of it is chance, so that many callers do not return together.
    fn backoff(&self) -> Duration {
        let doubled = self.policy.backoff.saturating_mul(1 << (self.sent - 1).min(16));
        doubled.min(self.policy.max_wait).mul_f64(0.5 + fastrand::f64() / 2.0)
    }
}
