//! How many calls a tenant may make in each window, and how many it has made. What is used is kept, so that a
//! restart gives nothing back.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use connector_store::{Sql, StoreError, now, values};
use serde_json::{Value, json};

use crate::database::Shared;
use crate::problem::Problem;
use crate::quota::Quota;

/// How long what was read is believed: another process may set it.
const FRESH: Duration = Duration::from_secs(1);
/// Where it is set, among the settings of the tenant.
const SETTING: &str = "quotas";

/// The quotas of a tenant: its own, or else those of the server.
#[derive(Debug)]
pub struct Quotas {
    of_server: Vec<Quota>,
    known: Mutex<Option<(Instant, Vec<Quota>)>>,
}

/// A quota, and what is used of it.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    pub quota: Quota,
    pub used: u32,
    /// When its window ends, in milliseconds since 1970-01-01 UTC.
    pub until: i64,
}

impl Quotas {
    pub fn new(of_server: &[Quota]) -> Self {
        Quotas { of_server: of_server.to_vec(), known: Mutex::default() }
    }

    /// Counts a call, and tells how the quotas stand then. A call for which one has no room is not counted.
    pub fn take(&self, db: &Shared) -> Result<Vec<Standing>, Problem> {
        let quotas = self.all(db)?;
        if quotas.is_empty() {
            return Ok(Vec::new());
        }
        let (now, taken) = (now(), db.write(|sql| take(sql, &quotas, now()))?);
        let full = taken.iter().filter(|it| it.used > it.quota.calls).max_by_key(|it| it.until);
        match full {
            None => Ok(taken),
            Some(full) => {
                let wait =
                    Duration::from_millis(full.until.saturating_sub(now).max(1).unsigned_abs());
                let detail = format!(
                    "the tenant's quota of {} calls in each {} is used up; it is free again at {}",
                    full.quota.calls,
                    full.quota.window(),
                    time(full.until)
                );
                let full = Standing { used: full.quota.calls, ..*full };
                Err(Problem::too_many("quota-exceeded", &detail, wait).with("quota", full.json()))
            }
        }
    }

    /// Whether there may be any: what was read just now says if not.
    pub fn may_hold(&self) -> bool {
        self.fresh().is_none_or(|quotas| !quotas.is_empty())
    }

    /// How they stand.
    pub fn standing(&self, db: &Shared) -> Result<Vec<Standing>, Problem> {
        let quotas = self.all(db)?;
        db.read(|sql| quotas.iter().map(|quota| standing(sql, *quota, now())).collect())
    }

    /// Those that hold.
    fn all(&self, db: &Shared) -> Result<Vec<Quota>, Problem> {
        if let Some(fresh) = self.fresh() {
            return Ok(fresh);
        }
        let quotas = own(db)?.unwrap_or_else(|| self.of_server.clone());
        *self.lock() = Some((Instant::now(), quotas.clone()));
        Ok(quotas)
    }

    fn fresh(&self) -> Option<Vec<Quota>> {
        let known = self.lock();
        known.as_ref().filter(|(read, _)| read.elapsed() < FRESH).map(|(_, all)| all.clone())
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Instant, Vec<Quota>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Those that were set for the tenant, if any were.
fn own(db: &Shared) -> Result<Option<Vec<Quota>>, Problem> {
    let select = "SELECT value FROM settings WHERE name = ?1";
    let text = db.read(|sql| sql.row(select, &values![SETTING], |row| row.get::<String>(0)))?;
    let Some(text) = text else { return Ok(None) };
    let quotas = text.split_whitespace().map(str::parse::<Quota>).collect::<Result<_, _>>();
    quotas.map(Some).map_err(Problem::internal)
}

/// Sets those of the tenant, instead of the server's; None: it has the server's again.
pub fn set(db: &Shared, quotas: Option<&[Quota]>) -> Result<(), Problem> {
    let text = quotas.map(|quotas| {
        let texts: Vec<String> = quotas.iter().map(Quota::to_string).collect();
        texts.join(" ")
    });
    db.write(|sql| match text {
        Some(text) => {
            let insert = "INSERT OR REPLACE INTO settings (name, value) VALUES (?1, ?2)";
            sql.execute(insert, &values![SETTING, text])
        }
        None => sql.execute("DELETE FROM settings WHERE name = ?1", &values![SETTING]),
    })?;
    Ok(())
}

/// Takes one of each if all have room; of those that have none one more is told as used.
fn take(sql: Sql<'_>, quotas: &[Quota], now: i64) -> Result<Vec<Standing>, StoreError> {
    let all = quotas.iter().map(|quota| standing(sql, *quota, now));
    let mut all = all.collect::<Result<Vec<_>, _>>()?;
    all.iter_mut().for_each(|it| it.used = it.used.saturating_add(1));
    if all.iter().all(|it| it.used <= it.quota.calls) {
        let insert = "INSERT OR REPLACE INTO used (seconds, until, calls) VALUES (?1, ?2, ?3)";
        for Standing { quota, used, until } in &all {
            sql.execute(insert, &values![quota.seconds, until, used])?;
        }
    }
    Ok(all)
}

/// Windows begin with the day in UTC, as far as they fit into one.
fn standing(sql: Sql<'_>, quota: Quota, now: i64) -> Result<Standing, StoreError> {
    let length = i64::from(quota.seconds) * 1000;
    let until = now - now.rem_euclid(length) + length;
    let select = "SELECT calls FROM used WHERE seconds = ?1 AND until = ?2";
    let used = sql.row(select, &values![quota.seconds, until], |row| row.get::<u32>(0))?;
    Ok(Standing { quota, used: used.unwrap_or(0), until })
}

impl Standing {
    /// For programs.
    pub fn json(&self) -> Value {
        json!({
            "calls": self.quota.calls,
            "seconds": self.quota.seconds,
            "used": self.used,
            "left": self.left(),
            "until": time(self.until),
        })
    }

    fn left(&self) -> u32 {
        self.quota.calls.saturating_sub(self.used)
    }
}

/// As the headers `ratelimit-policy` and `ratelimit` tell them (draft-ietf-httpapi-ratelimit-headers-10).
pub fn headers(all: &[Standing]) -> (String, String) {
    let policy = |it: &Standing| {
        format!("\"{}\";q={};w={}", it.quota.window(), it.quota.calls, it.quota.seconds)
    };
    let now = now();
    let left = |it: &Standing| {
        let seconds = it.until.saturating_sub(now).max(0) as u64;
        format!("\"{}\";r={};t={}", it.quota.window(), it.left(), seconds.div_ceil(1000))
    };
    let join = |texts: Vec<String>| texts.join(", ");
    (join(all.iter().map(policy).collect()), join(all.iter().map(left).collect()))
}

fn time(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| "?".into(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database;

    fn db() -> (tempfile::TempDir, Shared) {
        let folder = tempfile::tempdir().unwrap();
        let db = Shared::open(&folder.path().join("t.db"), &database::TENANT).unwrap();
        (folder, db)
    }

    fn quota(calls: u32, seconds: u32) -> Quota {
        Quota { calls, seconds }
    }

    #[test]
    fn a_window_is_free_again_when_it_has_ended() {
        let (_folder, db) = db();
        let both = [quota(2, 60), quota(3, 86_400)];
        let used = |now: i64| -> Vec<u32> {
            let all = db.write(|sql| take(sql, &both, now)).unwrap();
            all.iter().map(|it| it.used).collect()
        };
        let begun = 1_800_000_000_000;
        assert_eq!(used(begun), [1, 1]);
        assert_eq!(used(begun + 1), [2, 2]);
        assert_eq!(used(begun + 2), [3, 3], "the first is full: none is counted");
        assert_eq!(used(begun + 60_000), [1, 3]);
        assert_eq!(used(begun + 60_001), [2, 4], "now the other one is full");
        assert_eq!(used(begun + 86_400_000), [1, 1]);
    }

    #[test]
    fn a_tenant_has_its_own_or_the_servers() {
        let (_folder, db) = db();
        let of = || {
            let all = Quotas::new(&[quota(1, 86_400)]).standing(&db).unwrap();
            all.iter().map(|it| it.quota.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(of(), ["1/day"]);
        set(&db, Some(&[quota(5, 3600), quota(9, 7200)])).unwrap();
        assert_eq!(of(), ["5/hour", "9/7200s"]);
        set(&db, Some(&[])).unwrap();
        assert!(of().is_empty());
        set(&db, None).unwrap();
        assert_eq!(of(), ["1/day"]);
    }

    #[test]
    fn what_is_used_up_says_when_it_is_free_again() {
        let (_folder, db) = db();
        let quotas = Quotas::new(&[quota(1, 86_400)]);
        let taken = quotas.take(&db).unwrap();
        let (policy, left) = headers(&taken);
        assert_eq!(policy, "\"day\";q=1;w=86400");
        assert!(left.starts_with("\"day\";r=0;t="), "{left}");
        let problem = quotas.take(&db).unwrap_err();
        assert_eq!((problem.status.as_u16(), &*problem.code), (429, "quota-exceeded"));
        assert_eq!(problem.more["quota"]["left"], 0);
        // A new server with what is kept gives nothing back.
        assert!(Quotas::new(&[quota(1, 86_400)]).take(&db).is_err());
    }
}
