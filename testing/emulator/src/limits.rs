//! Rate limits: how many calls an app may make, and the headers that say so.

use std::collections::{BTreeMap, HashMap};

use crate::auth::AppId;
use crate::clock::Moment;

/// How many calls are let through.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Calls of any kind in one second.
    pub per_second: u32,
    /// Calls of one category in 60 seconds.
    pub per_minute: BTreeMap<&'static str, u32>,
    /// Calls of an app with Trial access in one day.
    pub trial_per_day: u32,
}

/// Windows as seen on the wire. Of the categories that were not seen, those that
/// write are believed to be like `org_write`, those that read like `org_read`.
impl Default for Limits {
    fn default() -> Limits {
        let windows = [
            ("org_read", 1000),
            ("org_write", 100),
            ("org_analytics", 300),
            ("ads_read", 1000),
            ("ads_write", 100),
            ("ads_analytics", 300),
            ("trends_read", 60),
            ("catalogs_read", 100),
            ("catalogs_write", 100),
            ("advanced_auction_read", 1000),
            ("advanced_auction_write", 100),
            ("ads_conversions", 100),
            ("ads_estimates_read", 1000),
            ("msot_write", 100),
        ];
        Limits { per_second: 100, per_minute: windows.into(), trial_per_day: 1000 }
    }
}

impl Limits {
    /// So high that nothing reaches them; the headers stay.
    pub fn lifted() -> Limits {
        const HIGH: u32 = 1_000_000_000;
        let per_minute =
            Limits::default().per_minute.into_keys().map(|name| (name, HIGH)).collect();
        Limits { per_second: HIGH, per_minute, trial_per_day: HIGH }
    }
}

/// What is used up so far. Windows begin with the first call in them.
#[derive(Default)]
pub struct Usage {
    windows: HashMap<(AppId, &'static str), Window>,
}

#[derive(Clone, Copy)]
struct Window {
    ends: Moment,
    used: u32,
}

/// How an app stands after a call.
pub struct Standing {
    /// Whether the call went beyond a limit.
    pub exceeded: bool,
    /// `x-ratelimit-limit`: the tightest limit, then every window.
    pub limit: String,
    /// `x-ratelimit-remaining`: calls left in the tightest window.
    pub remaining: u32,
    /// `x-ratelimit-reset`: seconds from now until that window is new.
    pub reset_s: i64,
}

impl Usage {
    /// Counts one call against every window that it falls under.
    pub fn charge(
        &mut self,
        limits: &Limits,
        app: AppId,
        category: &'static str,
        now: Moment,
    ) -> Standing {
        let category_limit = limits.per_minute.get(category).copied().unwrap_or(limits.per_second);
        let mut policies =
            vec![("safety_net", 1, limits.per_second), (category, 60, category_limit)];
        if app == AppId::TRIAL {
            policies.push(("trial", 86_400, limits.trial_per_day));
        }
        let mut standing =
            Standing { exceeded: false, limit: String::new(), remaining: u32::MAX, reset_s: 0 };
        let mut tightest = 0;
        for (name, seconds, limit) in policies {
            let window = self.windows.entry((app, name)).or_insert(Window { ends: now, used: 0 });
            if window.ends <= now {
                *window = Window { ends: now.plus_s(seconds), used: 0 };
            }
            window.used = window.used.saturating_add(1);
            standing.exceeded |= window.used > limit;
            let remaining = limit.saturating_sub(window.used);
            if remaining < standing.remaining {
                tightest = limit;
                standing.remaining = remaining;
                standing.reset_s = (window.ends.0 - now.0 + 999_999) / 1_000_000;
            }
            standing.limit += &format!(", {limit};w={seconds};name=\"{name}_app_id_user_id\"");
        }
        standing.limit.insert_str(0, &tightest.to_string());
        standing
    }
}
