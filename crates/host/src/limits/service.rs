//! The limits of one origin: which of them a request falls under, and how full they are.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::bucket::Bucket;
use super::headers::{RateLimitHeaders, Tightest};
use crate::contract::Cost;
use crate::contract::connection::Quota;
use crate::turns::{Party, Turns};

/// Limits and categories of one origin that are kept apart; their names come from outside.
const MOST: usize = 256;

#[derive(Default)]
pub(super) struct Service {
    /// By name: a quota's id, or else the name that the service uses.
    buckets: HashMap<String, Bucket>,
    categories: HashMap<Vec<String>, Category>,
    /// Ids of the descriptor's quotas.
    quotas: Vec<String>,
}

/// What a request takes from the quotas that it names.
#[derive(Clone, Debug, Default)]
pub(super) struct Costs {
    /// Sorted, each once.
    quotas: Vec<String>,
    amounts: Vec<u32>,
}

impl Costs {
    pub fn of(costs: &[Cost]) -> Self {
        let mut sums = BTreeMap::new();
        for Cost { quota, amount } in costs {
            let sum: &mut u32 = sums.entry(quota.clone()).or_default();
            *sum = sum.saturating_add(*amount);
        }
        let (quotas, amounts) = sums.into_iter().unzip();
        Costs { quotas, amounts }
    }

    /// What the request takes from a limit: a call, where nothing else is said.
    fn amount(&self, name: &str) -> u32 {
        let at = self.quotas.iter().position(|quota| quota == name);
        at.map_or(1, |at| self.amounts[at])
    }
}

/// The requests that name the same quotas, or none.
struct Category {
    /// What they fall under.
    buckets: Vec<String>,
    /// Under way.
    open: u32,
    /// What those under way take from the quotas that they name, by quota.
    units: HashMap<String, u32>,
    /// Waiting, with the one whose turn it is.
    waiting: u32,
    gate: Arc<Turns>,
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

/// A limit, and how much room it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The id of one of the connector's quotas, or else the name that the service uses.
    pub name: String,
    /// Calls in each window; zero when nobody has said it.
    pub limit: u32,
    /// Zero when nobody has said it.
    pub window: Duration,
    /// Calls that have room now.
    pub left: u32,
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

    /// What room the limits have that are known, by their names.
    pub fn left(&mut self, now: Instant) -> Vec<Left> {
        let mut names: Vec<String> = self.buckets.keys().cloned().collect();
        names.sort_unstable();
        let left = names.into_iter().filter_map(|name| {
            let open = self.open(&name);
            let bucket = self.buckets.get_mut(&name)?;
            let left = bucket.left(open, now)?;
            Some(Left { name, limit: bucket.limit, window: bucket.window, left })
        });
        left.collect()
    }

    /// Takes a place among the waiting: what they queue at, and how many are served before this one.
    pub fn join(&mut self, costs: &Costs, party: &Party) -> (Arc<Turns>, u32) {
        let category = self.category(costs);
        let turn = u32::from(category.waiting > 0);
        category.waiting += 1;
        let ahead = category.gate.ahead(party) + turn;
        // Those who have just joined may not be in the queue yet.
        (category.gate.clone(), ahead.min(category.waiting - 1))
    }

    pub fn leave(&mut self, costs: &Costs) {
        let category = self.category(costs);
        category.waiting = category.waiting.saturating_sub(1);
    }

    /// The limit that a request has to wait for the longest, if any.
    pub fn wait(&mut self, costs: &Costs, ahead: u32, now: Instant) -> Option<Full> {
        let names = self.category(costs).buckets.clone();
        let full = names.into_iter().filter_map(|name| {
            let open = self.open(&name);
            let bucket = self.buckets.get_mut(&name)?;
            let wait = bucket.wait(open, ahead, costs.amount(&name), now);
            let full = Full { name, limit: bucket.limit, window: bucket.window, wait };
            (!full.wait.is_zero()).then_some(full)
        });
        full.max_by_key(|full| full.wait)
    }

    /// Takes the room for a request, or says what is full.
    pub fn take(&mut self, costs: &Costs, now: Instant) -> Option<Full> {
        let full = self.wait(costs, 0, now);
        if full.is_none() {
            let taken = self.taken(costs);
            let category = self.category(costs);
            category.open += 1;
            for (quota, amount) in taken {
                let units = category.units.entry(quota).or_default();
                *units = units.saturating_add(amount);
            }
            for name in category.buckets.clone() {
                let amount = costs.amount(&name);
                self.buckets.entry(name).or_default().take(amount);
            }
        }
        full
    }

    /// A request that had room is not sent after all.
    pub fn unsent(&mut self, costs: &Costs) {
        self.ended(costs);
        for name in self.category(costs).buckets.clone() {
            let amount = costs.amount(&name);
            self.buckets.entry(name).or_default().give_back(amount);
        }
    }

    /// A request is not under way any longer.
    fn ended(&mut self, costs: &Costs) {
        let taken = self.taken(costs);
        let category = self.category(costs);
        category.open = category.open.saturating_sub(1);
        for (quota, amount) in taken {
            if let Some(units) = category.units.get_mut(&quota) {
                *units = units.saturating_sub(amount);
            }
        }
        if category.open == 0 {
            // A limit may have become another one in the meantime.
            category.units.clear();
        }
    }

    /// A request has come back, with what the service said.
    pub fn answered(&mut self, costs: &Costs, said: &RateLimitHeaders, now: Instant) {
        self.ended(costs);
        if !said.windows.is_empty() {
            self.learn_windows(costs, said);
        }
        if let Some(tightest) = &said.tightest {
            let name = self.tightest(costs, tightest);
            let left = tightest.left.saturating_sub(self.open(&name));
            self.buckets.entry(name).or_default().learn(left, tightest.reset, now);
        }
        for name in self.category(costs).buckets.clone() {
            let amount = costs.amount(&name);
            self.buckets.entry(name).or_default().answered(amount, now);
        }
    }

    /// The service has said for a refused request how long that one has to wait.
    pub fn asked(&mut self, costs: &Costs, wait: Duration, now: Instant) {
        for name in self.category(costs).buckets.clone() {
            if let Some(bucket) = self.buckets.get_mut(&name) {
                bucket.asked(wait, now);
            }
        }
    }

    /// Whether no request is under way or waits.
    pub fn is_idle(&self) -> bool {
        self.categories.values().all(|category| category.open == 0 && category.waiting == 0)
    }

    fn learn_windows(&mut self, costs: &Costs, said: &RateLimitHeaders) {
        let mut names = Vec::new();
        for window in &said.windows {
            let name = self.name(&window.name, costs);
            if self.buckets.len() >= MOST && !self.buckets.contains_key(&name) {
                continue;
            }
            let bucket = self.buckets.entry(name.clone()).or_default();
            (bucket.limit, bucket.window) = (window.limit, window.length);
            names.push(name);
        }
        self.category(costs).buckets = names;
    }

    /// The service's own names are longer than the quotas' ids: `reads_per_app` is `reads`.
    fn name(&self, said: &str, costs: &Costs) -> String {
        let ids = self.quotas.iter().chain(&costs.quotas).map(String::as_str);
        ids.filter(|id| said.starts_with(id)).max_by_key(|id| id.len()).unwrap_or(said).to_owned()
    }

    /// The name of the limit that an answer calls the tightest: of those with its number of calls,
    /// or else of all, the shortest that can last as long as it says.
    fn tightest(&mut self, costs: &Costs, said: &Tightest) -> String {
        let names = self.category(costs).buckets.clone();
        let lasting =
            |name: &&String| self.buckets.get(*name).is_some_and(|it| it.window >= said.reset);
        let same =
            |name: &&String| self.buckets.get(*name).is_some_and(|it| said.limit == Some(it.limit));
        let window = |name: &&String| self.buckets.get(*name).map(|bucket| bucket.window);
        let found = names.iter().filter(lasting).filter(same).min_by_key(window);
        let found = found.or_else(|| names.iter().filter(lasting).min_by_key(window)).cloned();
        found.unwrap_or_else(|| {
            // A limit that says nothing about itself but this.
            let name = costs.quotas.first().map_or("calls", String::as_str).to_owned();
            let category = self.category(costs);
            if !category.buckets.contains(&name) {
                category.buckets.push(name.clone());
            }
            name
        })
    }

    /// What a request takes from each quota that it names: all there is at most.
    fn taken(&self, costs: &Costs) -> Vec<(String, u32)> {
        // A limit of which only the remainder is known has none.
        let limit = |quota: &String| {
            let known = self.buckets.get(quota).map(|bucket| bucket.limit);
            known.filter(|limit| *limit > 0).unwrap_or(u32::MAX)
        };
        let each = costs.quotas.iter().zip(&costs.amounts);
        each.map(|(quota, amount)| (quota.clone(), (*amount).min(limit(quota)))).collect()
    }

    /// What the requests under way take from a limit: a call each, where they do not say more.
    fn open(&self, name: &str) -> u32 {
        let under = |category: &&Category| category.buckets.iter().any(|bucket| bucket == name);
        let taken = |category: &Category| *category.units.get(name).unwrap_or(&category.open);
        self.categories.values().filter(under).map(taken).fold(0, u32::saturating_add)
    }

    /// Before its first answer, requests are believed to fall under their own quota and under the
    /// limits that are nobody's own.
    fn category(&mut self, costs: &Costs) -> &mut Category {
        let (buckets, categories, quotas) = (&self.buckets, &mut self.categories, &self.quotas);
        let known: HashSet<String> = categories.keys().flatten().cloned().collect();
        let has_room = categories.len() < MOST || categories.contains_key(&costs.quotas);
        let named = if has_room { costs.quotas.clone() } else { Vec::new() };
        categories.entry(named.clone()).or_insert_with(|| {
            let common = |name: &&String| !quotas.contains(name) && !known.contains(*name);
            let own = |name: &&String| named.contains(name) || common(name);
            Category {
                buckets: buckets.keys().filter(own).cloned().collect(),
                open: 0,
                units: HashMap::new(),
                waiting: 0,
                gate: Turns::new(1),
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
            let costs = Costs::of(&[Cost { quota, amount: 1 }]);
            drop(service.join(&costs, &Party::default()));
            service.leave(&costs);
            service.answered(&costs, &said, Instant::now());
        }
        assert_eq!(service.buckets.len(), MOST);
        assert!(service.categories.len() <= MOST + 1, "{}", service.categories.len());
        assert!(service.is_idle());
    }
}
