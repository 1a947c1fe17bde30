//! The limits of the cluster, as one worker asks for its part of them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use connector_host::contract::Cost;
use connector_host::contract::connection::Quota;
use connector_host::{NoRoom, RateLimitHeaders, SharedLimits};
use tokio::sync::Mutex as Turn;
use tokio::time::sleep;

use crate::handler::now_ms;
use crate::ingress::Ingress;
use crate::quota::{Ask, Declared, Grant, Said};

/// The longest wait that holds a worker.
const MAX_WAIT: Duration = Duration::from_secs(2);
/// Before Restate is asked again that did not answer.
const UNREACHABLE: Duration = Duration::from_secs(1);

/// All limits that connections of a worker share, by name.
#[derive(Default)]
pub struct Limits(Mutex<HashMap<String, Weak<ClusterLimits>>>);

impl Limits {
    pub fn named(&self, name: &str, ingress: &Ingress) -> Arc<ClusterLimits> {
        let mut all = lock(&self.0);
        if let Some(known) = all.get(name).and_then(Weak::upgrade) {
            return known;
        }
        all.retain(|_, it| it.strong_count() > 0);
        let (name, ingress) = (name.to_owned(), ingress.clone());
        let fresh = Arc::new(ClusterLimits { name, ingress, kinds: Mutex::default() });
        all.insert(fresh.name.clone(), Arc::downgrade(&fresh));
        fresh
    }
}

/// The limits of one name.
pub struct ClusterLimits {
    name: String,
    ingress: Ingress,
    /// By origin and costs.
    kinds: Mutex<HashMap<String, Arc<Kind>>>,
}

/// Requests to one origin with the same costs.
#[derive(Default)]
struct Kind {
    held: Mutex<Held>,
    /// One asks at a time, for all that wait.
    turn: Turn<()>,
}

#[derive(Default)]
struct Held {
    /// Requests that may go, until when: milliseconds since 1970-01-01 UTC, as all workers' clocks tell it.
    leave: Option<(u32, u64)>,
    waiting: u32,
    said: Option<Said>,
}

impl ClusterLimits {
    fn kind(&self, origin: &str, costs: &[Cost]) -> Arc<Kind> {
        let mut key = origin.to_owned();
        for cost in costs {
            key += &format!(" {}={}", cost.quota, cost.amount);
        }
        lock(&self.kinds).entry(key).or_default().clone()
    }

    async fn ask(&self, ask: &Ask) -> Result<Grant, NoRoom> {
        let asked = self.ingress.call(&["Quota", &self.name, "take"], None, ask).await;
        asked.map_err(|error| {
            tracing::warn!(%error, "the limits of the cluster cannot be asked for");
            NoRoom { limit: "the limits of the cluster".into(), wait: UNREACHABLE }
        })
    }

    async fn wait(&self, kind: &Kind, mut ask: Ask) -> Result<(), NoRoom> {
        let begun = Instant::now();
        let _turn = kind.turn.lock().await;
        loop {
            {
                let mut held = lock(&kind.held);
                if held.take() {
                    return Ok(());
                }
                (ask.want, ask.said) = (held.waiting.max(1), held.said.take());
            }
            let grant = self.ask(&ask).await?;
            if grant.count > 0 {
                lock(&kind.held).leave = Some((grant.count, grant.until_ms));
                continue;
            }
            let wait = Duration::from_millis(grant.wait_ms);
            if begun.elapsed() + wait > MAX_WAIT {
                return Err(NoRoom { limit: format!("the rate limit `{}`", grant.limit), wait });
            }
            sleep(wait).await;
        }
    }
}

impl Held {
    fn take(&mut self) -> bool {
        match &mut self.leave {
            Some((count, until)) if *count > 0 && now_ms() < *until => {
                *count -= 1;
                true
            }
            _ => false,
        }
    }
}

#[async_trait]
impl SharedLimits for ClusterLimits {
    async fn admit(&self, origin: &str, costs: &[Cost], quotas: &[Quota]) -> Result<(), NoRoom> {
        let kind = self.kind(origin, costs);
        {
            let mut held = lock(&kind.held);
            if held.take() {
                return Ok(());
            }
            held.waiting += 1;
        }
        let declared = |quota: &Quota| Declared {
            name: quota.id.clone(),
            calls: quota.calls,
            window_ms: quota.window_ms.into(),
        };
        let ask = Ask {
            origin: origin.to_owned(),
            costs: costs.iter().map(|cost| (cost.quota.clone(), cost.amount)).collect(),
            declared: quotas.iter().map(declared).collect(),
            want: 1,
            said: None,
        };
        let leaving = Leaving(&kind);
        let admitted = self.wait(&kind, ask).await;
        drop(leaving);
        admitted
    }

    fn answered(&self, origin: &str, costs: &[Cost], said: &RateLimitHeaders) {
        let windows = said.windows.iter().map(|window| Declared {
            name: window.name.clone(),
            calls: window.limit,
            window_ms: millis(window.length),
        });
        let tightest = said.tightest.as_ref().map(|it| (it.limit, it.left, millis(it.reset)));
        let said = Said { windows: windows.collect(), tightest };
        if said.windows.is_empty() && said.tightest.is_none() {
            return;
        }
        let kind = self.kind(origin, costs);
        let mut held = lock(&kind.held);
        let refused = tightest.is_some_and(|(_, left, _)| left == 0);
        if refused {
            // What was given before counts no more.
            held.leave = None;
        }
        let known = held.said.as_ref().and_then(|said| said.tightest);
        // Of several answers the one with the least room is told.
        if known.is_none_or(|(_, left, _)| tightest.is_none_or(|(_, now, _)| now <= left)) {
            held.said = Some(said);
        }
    }
}

/// Whoever gives up waits no more.
struct Leaving<'a>(&'a Kind);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let mut held = lock(&self.0.held);
        held.waiting = held.waiting.saturating_sub(1);
    }
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for ClusterLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterLimits").field("name", &self.name).finish_non_exhaustive()
    }
}
