//! How much of each limit is used. Times are milliseconds since 1970-01-01 UTC.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

/// Limits, and kinds of requests, that are kept apart; their names come from outside.
const MOST: usize = 256;
/// A limit above this is not counted: what the service says about it counts all the same.
const MOST_COUNTED: u32 = 100_000;
/// Parts of a window in which uses are counted together.
const PARTS: u64 = 50;
/// How long a leave is good for: as long as the shortest window, within these. It has to get to the worker meanwhile.
const SHORTEST_LIFE_MS: u64 = 250;
const LIFE_MS: u64 = 2000;
/// Of plenty of room a part is given ahead, so that fewer have to ask.
const AHEAD: u32 = 64;
const MOST_AHEAD: u32 = 256;

/// What a worker asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ask {
    /// Where the requests go.
    pub origin: String,
    /// What each takes, by the ids of the connector's quotas.
    pub costs: BTreeMap<String, u32>,
    /// The connector's quotas.
    pub declared: Vec<Declared>,
    /// So many requests wait.
    pub want: u32,
    /// What the service has said since the last time.
    pub said: Option<Said>,
}

/// A limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    pub name: String,
    pub calls: u32,
    pub window_ms: u64,
}

/// What stood in the headers of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub windows: Vec<Declared>,
    /// The tightest: its calls if they are known, calls left, and milliseconds until it is new.
    pub tightest: Option<(Option<u32>, u32, u64)>,
}

/// What a worker gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// So many requests may go.
    pub count: u32,
    /// Until then.
    pub until_ms: u64,
    /// If none may: so long at least.
    pub wait_ms: u64,
    /// And because of which limit.
    pub limit: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Book {
    /// By origin.
    services: BTreeMap<String, Service>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Service {
    limits: BTreeMap<String, Limit>,
    /// The limits that requests with these costs fall under.
    kinds: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Limit {
    calls: u32,
    window_ms: u64,
    /// How much was used until when, oldest first.
    used: VecDeque<(u64, u32)>,
    /// What the service says is left, and until when that holds.
    left: Option<(u32, u64)>,
}

impl Book {
    pub fn take(&mut self, ask: &Ask, now: u64) -> Grant {
        if self.services.len() >= MOST && !self.services.contains_key(&ask.origin) {
            self.services.clear();
        }
        let service = self.services.entry(ask.origin.clone()).or_default();
        for Declared { name, calls, window_ms } in ask.declared.iter().take(MOST) {
            let limit = service.limits.entry(name.clone());
            limit.or_insert_with(|| Limit::new(*calls, *window_ms));
        }
        let kind = ask.costs.keys().cloned().collect::<Vec<_>>().join(" ");
        if let Some(said) = &ask.said {
            service.learn(&kind, ask, said, now);
        }
        service.take(&kind, ask, now)
    }
}

impl Service {
    /// What requests of a kind fall under: what the service has said, or else what they name.
    fn names(&self, kind: &str, ask: &Ask) -> Vec<String> {
        self.kinds.get(kind).cloned().unwrap_or_else(|| ask.costs.keys().cloned().collect())
    }

    fn learn(&mut self, kind: &str, ask: &Ask, said: &Said, now: u64) {
        if !said.windows.is_empty() && (self.kinds.len() < MOST || self.kinds.contains_key(kind)) {
            let mut names = Vec::new();
            for window in &said.windows {
                let name = name(&window.name, ask);
                if self.limits.len() >= MOST && !self.limits.contains_key(&name) {
                    continue;
                }
                let limit = self.limits.entry(name.clone()).or_default();
                (limit.calls, limit.window_ms) = (window.calls, window.window_ms);
                names.push(name);
            }
            self.kinds.insert(kind.to_owned(), names);
        }
        let Some((calls, left, reset_ms)) = said.tightest else { return };
        let names = self.names(kind, ask);
        let lasting = names.iter().filter_map(|name| Some((self.limits.get(name)?, name)));
        let lasting = lasting.filter(|(limit, _)| {
            limit.window_ms >= reset_ms && calls.is_none_or(|calls| calls == limit.calls)
        });
        let found = lasting.min_by_key(|(limit, _)| limit.window_ms).map(|(_, name)| name.clone());
        let found = found.or_else(|| names.first().cloned());
        let Some(limit) = found.and_then(|name| self.limits.get_mut(&name)) else { return };
        let until = now.saturating_add(reset_ms);
        limit.left = Some(match limit.left.filter(|(_, until)| *until > now) {
            Some((known, ends)) => (known.min(left), ends.min(until)),
            None => (left, until),
        });
    }

    fn take(&mut self, kind: &str, ask: &Ask, now: u64) -> Grant {
        let names = self.names(kind, ask);
        let amount = |name: &str| ask.costs.get(name).copied().unwrap_or(1).max(1);
        let shortest = names.iter().filter_map(|name| self.limits.get(name)).map(|it| it.window_ms);
        let life_ms: u64 =
            shortest.min().map_or(LIFE_MS, |window| window.clamp(SHORTEST_LIFE_MS, LIFE_MS));
        let (mut room, mut full) = (u32::MAX, (0, String::new()));
        for name in &names {
            let Some(limit) = self.limits.get_mut(name) else { continue };
            let (calls, wait_ms) = limit.room(now);
            room = room.min(calls / amount(name).min(limit.calls.max(1)));
            if wait_ms > full.0 {
                full = (wait_ms, name.clone());
            }
        }
        let ahead = (room / AHEAD).min(MOST_AHEAD);
        let count = ask.want.max(ahead).min(room);
        if count == 0 {
            return Grant { count, until_ms: now, wait_ms: full.0.max(1), limit: full.1 };
        }
        let until_ms = now + life_ms;
        for name in &names {
            if let Some(limit) = self.limits.get_mut(name) {
                limit.take(count.saturating_mul(amount(name)), until_ms);
            }
        }
        Grant { count, until_ms, wait_ms: 0, limit: String::new() }
    }
}

impl Limit {
    fn new(calls: u32, window_ms: u64) -> Self {
        Limit { calls, window_ms, ..Limit::default() }
    }

    /// How much there is room for now, and how long there is none.
    fn room(&mut self, now: u64) -> (u32, u64) {
        while self
            .used
            .front()
            .is_some_and(|(until, _)| until.saturating_add(self.window_ms) <= now)
        {
            self.used.pop_front();
        }
        let (mut room, mut wait_ms) = (u32::MAX, 0);
        if self.window_ms > 0 && self.calls <= MOST_COUNTED {
            let used = self.used.iter().fold(0u32, |sum, (_, count)| sum.saturating_add(*count));
            room = self.calls.saturating_sub(used);
            if let (0, Some((first, _))) = (room, self.used.front()) {
                wait_ms = (first + self.window_ms).saturating_sub(now);
            }
        }
        if let Some((left, until)) = self.left.filter(|(_, until)| *until > now) {
            if left == 0 {
                wait_ms = wait_ms.max(until - now);
            }
            room = room.min(left);
        }
        (room, wait_ms)
    }

    fn take(&mut self, count: u32, until: u64) {
        if let Some((left, _)) = &mut self.left {
            *left = left.saturating_sub(count);
        }
        if self.window_ms == 0 || self.calls > MOST_COUNTED {
            return;
        }
        let part = (self.window_ms / PARTS).max(1);
        let end = (until / part + 1) * part;
        match self.used.back_mut() {
            Some((last, used)) if *last >= end => *used = used.saturating_add(count),
            _ => self.used.push_back((end, count)),
        }
    }
}

/// The service's own names are longer than the quotas' ids: `reads_per_app` is `reads`.
fn name(said: &str, ask: &Ask) -> String {
    let ids = ask.declared.iter().map(|it| &*it.name).chain(ask.costs.keys().map(String::as_str));
    ids.filter(|id| said.starts_with(id)).max_by_key(|id| id.len()).unwrap_or(said).to_owned()
}

#[cfg(test)]
mod tests;
