//! The limits of one origin: which of them a request falls under, and how full they are.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use super::bucket::Bucket;
use super::headers::{RateLimitHeaders, Tightest};
use crate::contract::connection::Quota;

/// Limits and categories of one origin that are kept apart; their names come from outside.
const MOST: usize = 256;

#[derive(Default)]
pub(super) struct Service {
    /// By name: a quota's id, or else the name that the service uses.
    buckets: HashMap<String, Bucket>,
    categories: HashMap<Option<String>, Category>,
    /// Ids of the descriptor's quotas.
    quotas: Vec<String>,
}

/// The requests that name the same quota, or none.
#[derive(Default)]
struct Category {
    /// What they fall under.
    buckets: Vec<String>,
    /// Under way.
    open: u32,
    /// Waiting, in the order of arrival.
    waiting: u32,
    gate: Arc<Mutex<()>>,
}

/// A limit that has no room.
#[derive(Clone, Debug, Default)]
pub struct Full {
    /// Its name.
    pub name: String,
    /// Calls in each window.
    pub limit: u32,
    /// Zero when nobody has said it.
    pub window: Duration,
    /// At least until there is room.
    pub wait: Duration,
}

impl Full {
    /// For people.
    pub(crate) fn reason(&self) -> String {
        match self.window.is_zero() {
            true => format!("the rate limit `{}`", self.name),
            false => {
                let seconds = self.window.as_secs();
                format!("the rate limit `{}` of {} calls in {seconds} s", self.name, self.limit)
            }
        }
    }
}

impl Service {
    pub fn new(quotas: &[Quota]) -> Self {
        let quotas = &quotas[..quotas.len().min(MOST)];
        let bucket = |quota: &Quota| {
            let window = Duration::from_millis(quota.window_ms.into());
            (quota.id.clone(), Bucket::new(quota.calls, window))
        };
        Service {
            buckets: quotas.iter().map(bucket).collect(),
            categories: HashMap::new(),
            quotas: quotas.iter().map(|quota| quota.id.clone()).collect(),
        }
    }

    /// Takes a place among the waiting: what they queue at, and how many are ahead.
    pub fn join(&mut self, quota: Option<&str>) -> (Arc<Mutex<()>>, u32) {
        let category = self.category(quota);
        category.waiting += 1;
        (category.gate.clone(), category.waiting - 1)
    }

    pub fn leave(&mut self, quota: Option<&str>) {
        let category = self.category(quota);
        category.waiting = category.waiting.saturating_sub(1);
    }

    /// The limit that a request has to wait for the longest, if any.
    pub fn wait(&mut self, quota: Option<&str>, ahead: u32, now: Instant) -> Option<Full> {
        let names = self.category(quota).buckets.clone();
        let full = names.into_iter().filter_map(|name| {
            let open = self.open(&name);
            let bucket = self.buckets.get_mut(&name)?;
            let wait = bucket.wait(open, ahead, now);
            let full = Full { name, limit: bucket.limit, window: bucket.window, wait };
            (!full.wait.is_zero()).then_some(full)
        });
        full.max_by_key(|full| full.wait)
    }

    /// Takes the room for a request, or says what is full.
    pub fn take(&mut self, quota: Option<&str>, now: Instant) -> Option<Full> {
        let full = self.wait(quota, 0, now);
        if full.is_none() {
            let category = self.category(quota);
            category.open += 1;
            for name in category.buckets.clone() {
                self.buckets.entry(name).or_default().take();
            }
        }
        full
    }

    /// A request has come back, with what the service said.
    pub fn answered(&mut self, quota: Option<&str>, said: &RateLimitHeaders, now: Instant) {
        let category = self.category(quota);
        category.open = category.open.saturating_sub(1);
        if !said.windows.is_empty() {
            self.learn_windows(quota, said);
        }
        if let Some(tightest) = &said.tightest {
            let name = self.tightest(quota, tightest);
            let left = tightest.left.saturating_sub(self.open(&name));
            self.buckets.entry(name).or_default().learn(left, tightest.reset, now);
        }
        for name in self.category(quota).buckets.clone() {
            self.buckets.entry(name).or_default().answered(now);
        }
    }

    /// The service has said for a refused request how long that one has to wait.
    pub fn asked(&mut self, quota: Option<&str>, wait: Duration, now: Instant) {
        for name in self.category(quota).buckets.clone() {
            if let Some(bucket) = self.buckets.get_mut(&name) {
                bucket.asked(wait, now);
            }
        }
    }

    /// Whether no request is under way or waits.
    pub fn is_idle(&self) -> bool {
        self.categories.values().all(|category| category.open == 0 && category.waiting == 0)
    }

    fn learn_windows(&mut self, quota: Option<&str>, said: &RateLimitHeaders) {
        let mut names = Vec::new();
        for window in &said.windows {
            let name = self.name(&window.name, quota);
            if self.buckets.len() >= MOST && !self.buckets.contains_key(&name) {
                continue;
            }
            let bucket = self.buckets.entry(name.clone()).or_default();
            (bucket.limit, bucket.window) = (window.limit, window.length);
            names.push(name);
        }
        self.category(quota).buckets = names;
    }

    /// The service's own names are longer than the quotas' ids: `reads_per_app` is `reads`.
    fn name(&self, said: &str, quota: Option<&str>) -> String {
        let ids = self.quotas.iter().map(String::as_str).chain(quota);
        ids.filter(|id| said.starts_with(id)).max_by_key(|id| id.len()).unwrap_or(said).to_owned()
    }

    /// The name of the limit that an answer calls the tightest: of those with its number of calls,
    /// or else of all, the shortest that can last as long as it says.
    fn tightest(&mut self, quota: Option<&str>, said: &Tightest) -> String {
        let names = self.category(quota).buckets.clone();
        let lasting =
            |name: &&String| self.buckets.get(*name).is_some_and(|it| it.window >= said.reset);
        let same =
            |name: &&String| self.buckets.get(*name).is_some_and(|it| said.limit == Some(it.limit));
        let window = |name: &&String| self.buckets.get(*name).map(|bucket| bucket.window);
        let found = names.iter().filter(lasting).filter(same).min_by_key(window);
        let found = found.or_else(|| names.iter().filter(lasting).min_by_key(window)).cloned();
        found.unwrap_or_else(|| {
            // A limit that says nothing about itself but this.
            let name = quota.unwrap_or("calls").to_owned();
            let category = self.category(quota);
            if !category.buckets.contains(&name) {
                category.buckets.push(name.clone());
            }
            name
        })
    }

    /// Requests under way that fall under a limit.
    fn open(&self, name: &str) -> u32 {
        let under = |category: &&Category| category.buckets.iter().any(|bucket| bucket == name);
        self.categories.values().filter(under).map(|category| category.open).sum()
    }

    /// Before its first answer, requests are believed to fall under their own quota and under the
    /// limits that are nobody's own.
    fn category(&mut self, quota: Option<&str>) -> &mut Category {
        let (buckets, categories, quotas) = (&self.buckets, &mut self.categories, &self.quotas);
        let known: Vec<String> = categories.keys().flatten().cloned().collect();
        let is_new = |quota: &&str| !known.iter().any(|known| known == quota);
        let quota = quota.filter(|quota| known.len() < MOST || !is_new(quota));
        categories.entry(quota.map(str::to_owned)).or_insert_with(|| {
            let common = |name: &&String| !quotas.contains(name) && !known.contains(name);
            let own = |name: &&String| quota == Some(name.as_str()) || common(name);
            Category {
                buckets: buckets.keys().filter(own).cloned().collect(),
                ..Category::default()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::headers::Window;
    use super::*;

    #[tokio::test]
    async fn names_from_outside_do_not_pile_up() {
        let quota = |id: usize| Quota { id: format!("own {id}"), calls: 1, window_ms: 1000 };
        let mut service = Service::new(&(0..9999).map(quota).collect::<Vec<_>>());
        for answer in 0..1000 {
            let window = |at: usize| Window {
                name: format!("{answer} {at}"),
                limit: 9,
                length: Duration::from_secs(1),
            };
            let said = RateLimitHeaders { windows: (0..16).map(window).collect(), tightest: None };
            let quota = format!("of the guest {answer}");
            drop(service.join(Some(&quota)));
            service.leave(Some(&quota));
            service.answered(Some(&quota), &said, Instant::now());
        }
        assert_eq!(service.buckets.len(), MOST);
        assert!(service.categories.len() <= MOST + 1, "{}", service.categories.len());
        assert!(service.is_idle());
    }
}
