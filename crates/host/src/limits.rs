//! The rate limits of a service, shared by all calls of one account and app: a request that would
//! only be refused waits until there is room for it. Where several parties share them, they take turns.
//!
//! What is known comes from the descriptor's quotas, and then from what the service says about
//! itself in its answers. The rest is counting.

mod app;
mod bucket;
mod headers;
mod service;
mod shared;

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout_at};

use crate::bounds::later;
use crate::contract::connection::Quota;
use crate::contract::{Cost, Response};
use crate::observer::Observer;
use crate::turns::{Party, Turns};
pub use app::AppLimit;
pub use headers::{RateLimitHeaders, Tightest, Window};
pub(crate) use service::Full;
pub use service::Left;
use service::{Costs, Service};
pub use shared::{NoRoom, SharedLimits};

/// Origins that are remembered while nothing goes to them.
const ORIGINS: usize = 256;

/// Where the calls of one account and app stand. Clones share it.
#[derive(Clone, Default)]
pub struct RateLimits(Arc<Shared>);

#[derive(Default)]
struct Shared {
    /// By origin.
    services: Mutex<HashMap<String, Service>>,
    /// Whenever an answer has come.
    answered: Notify,
}

/// By the names that [`RateLimits::named`] was asked for.
static NAMED: LazyLock<Mutex<HashMap<String, Weak<Shared>>>> = LazyLock::new(Mutex::default);

impl RateLimits {
    /// The one of this name in the whole process, such as a connection's id: connections that are
    /// built anew for each call, or side by side, share it while one of them is alive.
    pub fn named(name: &str) -> Self {
        let mut named = lock(&NAMED);
        if let Some(shared) = named.get(name).and_then(Weak::upgrade) {
            return RateLimits(shared);
        }
        named.retain(|_, shared| shared.strong_count() > 0);
        let fresh = RateLimits::default();
        named.insert(name.to_owned(), Arc::downgrade(&fresh.0));
        fresh
    }

    /// What room there is, as far as it is known: by the origins that requests went to.
    pub fn left(&self) -> Vec<(String, Vec<Left>)> {
        let now = Instant::now();
        let mut services = lock(&self.0.services);
        let left = services.iter_mut().map(|(origin, service)| (origin.clone(), service.left(now)));
        let mut left: Vec<_> = left.collect();
        left.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        left
    }

    /// Waits until a request has room, when it is the party's turn and in the order of its calls within
    /// the quota, `max_wait` at most. Fails at once when it would be longer.
    pub(crate) async fn admit(
        &self,
        request: Asking<'_>,
        party: &Party,
        max_wait: Duration,
        observer: &mut dyn Observer,
    ) -> Result<Slot, Full> {
        let deadline = later(Instant::now(), max_wait);
        let place = self.queue(&request, party);
        let estimate = self
            .service(&request, |service, costs| service.wait(costs, place.ahead, Instant::now()));
        if let Some(full) = estimate {
            if full.wait > max_wait {
                return Err(full);
            }
            observer.waiting(full.wait, &full.reason());
        }
        let late = |_| self.full(&request, place.ahead);
        let _turn = timeout_at(deadline, place.gate.take(party, 1)).await.map_err(late)?;
        loop {
            let answered = self.0.answered.notified();
            let now = Instant::now();
            let full = self.service(&request, |service, costs| service.take(costs, now));
            let Some(full) = full else {
                return Ok(Slot { limits: self.clone(), request: request.into(), open: true });
            };
            if later(now, full.wait) > deadline {
                return Err(full);
            }
            tokio::select! {
                () = sleep(full.wait) => {}
                () = answered => {}
            }
        }
    }

    /// Learns how long the service has told a refused request to wait, in words that only the
    /// connector understands. They count more than what the headers of the same answer say.
    pub(crate) fn asked(&self, request: Asking<'_>, wait: Duration) {
        self.known(&request.into(), |service, costs| service.asked(costs, wait, Instant::now()));
        self.0.answered.notify_waiters();
    }

    fn queue(&self, request: &Asking, party: &Party) -> QueueTicket {
        let (gate, ahead) = self.service(request, |service, costs| service.join(costs, party));
        QueueTicket { limits: self.clone(), request: request.clone().into(), gate, ahead }
    }

    /// Why it was not admitted in time.
    fn full(&self, request: &Asking, ahead: u32) -> Full {
        let full =
            self.service(request, |service, costs| service.wait(costs, ahead, Instant::now()));
        full.unwrap_or_default()
    }

    fn service<T>(&self, asking: &Asking, act: impl FnOnce(&mut Service, &Costs) -> T) -> T {
        let mut services = lock(&self.0.services);
        if !services.contains_key(asking.origin) {
            if services.len() >= ORIGINS {
                services.retain(|_, service| !service.is_idle());
            }
            services.insert(asking.origin.to_owned(), Service::new(asking.quotas));
        }
        // It is there: it was just put there.
        let service = services.entry(asking.origin.to_owned()).or_default();
        act(service, &Costs::of(asking.costs))
    }

    fn known<T>(&self, asked: &Asked, act: impl FnOnce(&mut Service, &Costs) -> T) -> Option<T> {
        let mut services = lock(&self.0.services);
        let service = services.get_mut(&asked.origin)?;
        Some(act(service, &asked.costs))
    }
}

/// Whose room is asked for.
#[derive(Clone)]
pub(crate) struct Asking<'a> {
    pub origin: &'a str,
    pub costs: &'a [Cost],
    /// What the connector says about its service, until the service speaks for itself.
    pub quotas: &'a [Quota],
}

struct Asked {
    origin: String,
    costs: Costs,
}

impl From<Asking<'_>> for Asked {
    fn from(asking: Asking) -> Self {
        Asked { origin: asking.origin.to_owned(), costs: Costs::of(asking.costs) }
    }
}

/// A place among those that wait.
struct QueueTicket {
    limits: RateLimits,
    request: Asked,
    gate: Arc<Turns>,
    ahead: u32,
}

impl Drop for QueueTicket {
    fn drop(&mut self) {
        self.limits.known(&self.request, Service::leave);
    }
}

/// Room for one request. It counts as used when it is dropped: the service may have seen it.
pub(crate) struct Slot {
    limits: RateLimits,
    request: Asked,
    open: bool,
}

impl Slot {
    /// Learns from the answer.
    pub fn answered(mut self, response: &Response) {
        self.close(&RateLimitHeaders::of(response));
    }

    /// It was not sent after all, and takes nothing.
    pub fn unsent(mut self) {
        self.open = false;
        self.limits.known(&self.request, Service::unsent);
        self.limits.0.answered.notify_waiters();
    }

    fn close(&mut self, said: &RateLimitHeaders) {
        if std::mem::take(&mut self.open) {
            let now = Instant::now();
            self.limits.known(&self.request, |service, costs| service.answered(costs, said, now));
            self.limits.0.answered.notify_waiters();
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.close(&RateLimitHeaders::default());
    }
}

/// How long the next call waits after these answers of one service.
pub(crate) fn wait_after(answers: &[Response]) -> Duration {
    let (mut service, none, now) = (Service::default(), Costs::default(), Instant::now());
    for answer in answers {
        service.answered(&none, &RateLimitHeaders::of(answer), now);
    }
    service.wait(&none, 0, now).unwrap_or_default().wait
}

/// Nothing below panics half-way.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimits").finish_non_exhaustive()
    }
}
