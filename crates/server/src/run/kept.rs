//! What is kept of runs beside the journal: who began them, and the items that they brought.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use connector_durable::{JournalError, RunState};
use connector_host::contract::{Method, Request};
use connector_host::{Observer, Transfer};
use connector_store::{now, values};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use tokio::sync::broadcast::Sender;

use crate::live::Event;
use crate::problem::Problem;
use crate::rights::Rights;
use crate::tenant::Tenant;

/// Who began a run, and with which rights it goes on.
#[derive(Debug)]
pub struct Begun {
    pub connection: String,
    pub key: String,
    pub rights: Rights,
    /// Items that are wanted, if not all.
    pub limit: Option<u64>,
    /// Why it has failed, as it was answered.
    pub problem: Option<String>,
    /// Whether somebody has stopped it.
    pub cancelled: bool,
}

impl Tenant {
    /// Who began a run, if it was begun over this server.
    pub fn begun(&self, run: &str) -> Result<Option<Begun>, Problem> {
        let select =
            "SELECT connection, key, rights, most, problem, cancelled FROM runs WHERE run = ?1";
        self.db.read(|sql| {
            sql.row(select, &values![run], |row| {
                let rights: String = row.get(2)?;
                let rights = Rights::from_words(&rights).ok_or_else(|| row.wrong(2))?;
                Ok(Begun {
                    connection: row.get(0)?,
                    key: row.get(1)?,
                    rights,
                    limit: row.get::<Option<i64>>(3)?.map(i64::unsigned_abs),
                    problem: row.get(4)?,
                    cancelled: row.get(5)?,
                })
            })
        })
    }

    /// Notes whether somebody has stopped a run.
    pub fn cancelled(&self, run: &str, cancelled: bool) -> Result<(), Problem> {
        let update = "UPDATE runs SET cancelled = ?2 WHERE run = ?1";
        self.db.write(|sql| sql.execute(update, &values![run, cancelled]))?;
        Ok(())
    }

    /// Notes how a run has ended, and tells how it stands. Of one whose input was refused nothing is left.
    pub fn ended(
        &self,
        run: &str,
        problem: Option<&Problem>,
    ) -> Result<Option<connector_durable::Run>, Problem> {
        match self.journal.run(run) {
            Ok(found) => {
                let problem = problem.map(|problem| problem.json().to_string());
                let update = "UPDATE runs SET problem = ?2 WHERE run = ?1";
                self.db.write(|sql| sql.execute(update, &values![run, problem]))?;
                self.counted(found).map(Some)
            }
            Err(JournalError::Unknown(_)) => {
                self.db.write(|sql| {
                    sql.execute("DELETE FROM runs WHERE run = ?1", &values![run])?;
                    sql.execute("DELETE FROM repeats WHERE run = ?1", &values![run])
                })?;
                Ok(None)
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Up to `limit` items of a run after so many others, by whole pages; and how many come before the
    /// next ones, if there are any.
    pub fn items(
        &self,
        run: &str,
        after: u64,
        limit: u64,
    ) -> Result<(Vec<Box<RawValue>>, Option<u64>), Problem> {
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        // A page at a time: there may be many more than are wanted.
        let select = "SELECT first, items FROM pages WHERE run = ?1 AND first >= ?2 \
            ORDER BY first LIMIT 1";
        let begin = "SELECT max(first) FROM pages WHERE run = ?1 AND first <= ?2";
        let begin = self
            .db
            .read(|sql| sql.one(begin, &values![run, after], |row| row.get::<Option<i64>>(0)))?;
        let (mut all, mut from) = (Vec::new(), begin.unwrap_or(0));
        loop {
            let page = self.db.read(|sql| {
                sql.row(select, &values![run, from], |row| {
                    Ok((row.get::<i64>(0)?, row.get::<String>(1)?))
                })
            })?;
            let Some((first, items)) = page else { return Ok((all, None)) };
            let items: Vec<Box<RawValue>> =
                serde_json::from_str(&items).map_err(Problem::internal)?;
            let skip = usize::try_from(after.saturating_sub(first)).unwrap_or(0);
            for item in items.into_iter().skip(skip) {
                if all.len() as u64 == limit {
                    return Ok((all, Some(after.unsigned_abs() + limit)));
                }
                all.push(item);
            }
            from = first + 1;
        }
    }

    /// Of a run that is done, all items that it brought: one that ended at its limit has a last page that
    /// the journal does not know.
    pub fn counted(
        &self,
        mut run: connector_durable::Run,
    ) -> Result<connector_durable::Run, Problem> {
        let select = "SELECT first + json_array_length(items) FROM pages WHERE run = ?1 \
            ORDER BY first DESC LIMIT 1";
        if run.state == RunState::Done {
            let kept =
                self.db.read(|sql| sql.row(select, &values![run.id], |row| row.get::<i64>(0)))?;
            run.items = run.items.max(kept.unwrap_or(0).unsigned_abs());
        }
        Ok(run)
    }

    /// Forgets what came after so many items: it comes again.
    pub fn cut(&self, run: &str, items: u64) -> Result<(), Problem> {
        let items = i64::try_from(items).unwrap_or(i64::MAX);
        let delete = "DELETE FROM pages WHERE run = ?1 AND first >= ?2";
        self.db.write(|sql| sql.execute(delete, &values![run, items]))?;
        Ok(())
    }

    /// Forgets what is kept of a connection that is gone. Its runs stay until they are old.
    pub fn forget(&self, connection: &str) -> Result<(), Problem> {
        self.db.write(|sql| {
            sql.execute("DELETE FROM cursors WHERE connection = ?1", &values![connection])?;
            sql.execute("DELETE FROM repeats WHERE connection = ?1", &values![connection])
        })?;
        Ok(())
    }

    /// Forgets what is older than these: runs with their items, and repeats.
    pub fn sweep(&self, runs: Duration, repeats: Duration) -> Result<(), Problem> {
        let before = |age: Duration| now().saturating_sub_unsigned(age.as_millis() as u64);
        for run in self.journal.runs()? {
            if run.changed < before(runs) && self.live.get(&run.id).is_none() {
                self.journal.forget(&run.id)?;
                self.db.write(|sql| {
                    sql.execute("DELETE FROM pages WHERE run = ?1", &values![run.id])?;
                    sql.execute("DELETE FROM runs WHERE run = ?1", &values![run.id])
                })?;
            }
        }
        self.db.write(|sql| {
            sql.execute("DELETE FROM repeats WHERE made < ?1", &values![before(repeats)])?;
            let done = "DELETE FROM outbox WHERE (delivered < ?1 OR aside < ?1)";
            sql.execute(done, &values![before(runs)])
        })?;
        Ok(())
    }
}

/// Keeps the items of a run, and tells those who follow it.
pub struct Keeper {
    pub tenant: Arc<Tenant>,
    pub run: String,
    /// Items before the next page.
    pub items: u64,
    /// Items that are wanted.
    pub limit: u64,
    pub requests: u64,
    pub events: Sender<Event>,
    /// Why a page was not kept.
    pub broken: Option<Problem>,
}

impl Keeper {
    fn tell(&self, name: &'static str, data: Value) {
        // Nobody may be there.
        let _ = self.events.send(Event(name, data));
    }
}

impl Observer for Keeper {
    fn page(&mut self, items: &str, count: u32) -> ControlFlow<()> {
        let first = i64::try_from(self.items).unwrap_or(i64::MAX);
        let insert = "INSERT OR REPLACE INTO pages (run, first, items) VALUES (?1, ?2, ?3)";
        let values = values![self.run, first, items];
        if let Err(problem) = self.tenant.db.write(|sql| sql.execute(insert, &values)) {
            self.broken = Some(problem);
            return ControlFlow::Break(());
        }
        self.items += u64::from(count);
        self.tell("page", json!({"items": self.items}));
        match self.items < self.limit {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    }

    fn sending(&mut self, request: &Request) {
        self.requests += 1;
        let method = Method::word(&request.method);
        // The query may hold what a person typed; it is in the journal's masked input.
        let url = request.url.split('?').next().unwrap_or_default();
        self.tell("request", json!({"method": method, "url": url, "requests": self.requests}));
    }

    fn transferring(&mut self, transfer: &Transfer) {
        self.tell("transfer", json!({"sent": transfer.sent, "of": transfer.to_send}));
    }

    fn waiting(&mut self, time: Duration, reason: &str) {
        self.tell("waiting", json!({"seconds": time.as_secs_f64(), "reason": reason}));
    }
}
