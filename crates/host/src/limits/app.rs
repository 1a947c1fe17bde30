//! What all accounts of one app may send together.

use std::time::Duration;

use super::{Asking, Full, RateLimits, Slot};
use crate::contract::Cost;
use crate::contract::connection::Quota;
use crate::observer::Observer;
use crate::turns::Party;

/// Its name, for people and among those that are known.
const NAME: &str = "app";

/// A limit on all requests that go out over one app, whosever account they are for. Services have such
/// limits, and their answers do not say which of theirs it is, so that who knows it sets it. Clones share it.
#[derive(Clone, Debug)]
pub struct AppLimit {
    limits: RateLimits,
    quota: Vec<Quota>,
    cost: Vec<Cost>,
}

impl AppLimit {
    /// The one of this name in the whole process, such as a client id: see [`RateLimits::named`]. Up to 10,000
    /// requests over any stretch of time that is as long as `window`; each takes memory until it has left.
    pub fn named(name: &str, requests: u32, window: Duration) -> Self {
        let window_ms = u32::try_from(window.as_millis()).unwrap_or(u32::MAX);
        AppLimit {
            limits: RateLimits::named(name),
            quota: vec![Quota { id: NAME.into(), calls: requests, window_ms }],
            cost: vec![Cost { quota: NAME.into(), amount: 1 }],
        }
    }

    pub(crate) async fn admit(
        &self,
        origin: &str,
        party: &Party,
        max_wait: Duration,
        observer: &mut dyn Observer,
    ) -> Result<Slot, Full> {
        let asking = Asking { origin, costs: &self.cost, quotas: &self.quota };
        self.limits.admit(asking, party, max_wait, observer).await
    }
}
