//! Runs in the journal: they go on when their caller has gone, and after the process was killed.

use std::sync::Arc;
use std::time::Duration;

use connector_durable::{JournalError, RunLease, RunState};
use connector_host::contract::Context;
use connector_host::{Call, Connection, NoopObserver};
use connector_store::{now, values};
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;

use super::kept::{Begun, Keeper};
use super::repeat::{self, Repeat};
use crate::caller::Caller;
use crate::catalog::parsed;
use crate::live::{Ended, Event, Running};
use crate::problem::Problem;
use crate::server::{Server, blocking};
use crate::tenant::{Ready, Tenant};

/// How often, and after which time, a run is looked at that others look at just then.
const TURNS: u32 = 500;
const TURN: Duration = Duration::from_millis(10);

/// A run that was begun, now or by the same request before.
#[derive(Debug)]
pub enum Started {
    /// It is under way.
    Running(String, Running),
    /// It was begun before, and has ended or was interrupted.
    Before(String),
}

/// Takes a call down and begins it. With `repeat` the same call is begun once.
pub async fn start(
    server: &Server,
    caller: &Caller,
    ready: &Ready,
    call: Call,
    place: Arc<OwnedSemaphorePermit>,
    limit: Option<u64>,
    repeat: Option<Repeat>,
) -> Result<Started, Problem> {
    let (server, caller, ready) = (server.clone(), caller.clone(), ready.clone());
    blocking(move || {
        let tenant = &caller.tenant;
        let stop = ready.connection.stop().child_token();
        let rights = caller.key.rights.permission();
        let connection = ready.connection.stopped_by(stop).permitting(rights);
        if let Some(repeat) = &repeat
            && let Some(before) = repeat::find(&tenant.db, &ready.entry.id, repeat)?
        {
            match tenant.journal.run(&before) {
                // Its input was refused, and then the process was killed: it was never begun.
                Err(JournalError::Unknown(_)) => drop(tenant.ended(&before, None)?),
                found => {
                    found?;
                    return Ok(of(tenant, before));
                }
            }
        }
        let id = &ready.entry.id;
        let lease = {
            let context = Context::fresh().wanting(limit);
            tenant.journal.begin_in(context, &connection, id, call)?
        };
        let run = lease.id().to_owned();
        let insert = "INSERT INTO runs (run, connection, key, rights, most, made) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let most = limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX));
        let values = values![run, id, caller.key.id, caller.key.rights.words(), most, now()];
        // From here on it is begun again after a crash, and the same request finds it.
        let first = tenant.db.write(|sql| {
            if let Some(repeat) = &repeat
                && !repeat::add(sql, id, repeat, &run)?
            {
                return Ok(false);
            }
            sql.execute(insert, &values)?;
            Ok(true)
        })?;
        if !first {
            drop(lease);
            tenant.journal.forget(&run)?;
            let repeat = repeat.as_ref().ok_or_else(|| Problem::internal("no repeat"))?;
            let before = repeat::find(&tenant.db, id, repeat)?;
            let before = before.ok_or_else(|| Problem::internal("the run before is gone"))?;
            return Ok(of(tenant, before));
        }
        Ok(Started::Running(run, go(&server, tenant, connection, lease, 0, limit, Some(place))))
    })
    .await
}

fn of(tenant: &Tenant, run: String) -> Started {
    match tenant.live.get(&run) {
        Some(running) => Started::Running(run, running),
        None => Started::Before(run),
    }
}

/// Goes on with an interrupted run, with the rights of who began it and no others.
pub async fn resume(
    server: &Server,
    tenant: &Arc<Tenant>,
    ready: &Ready,
    run: &str,
    begun: &Begun,
    place: Option<Arc<OwnedSemaphorePermit>>,
) -> Result<Running, Problem> {
    let (server, tenant, run) = (server.clone(), tenant.clone(), run.to_owned());
    let stop = ready.connection.stop().child_token();
    let connection = ready.connection.stopped_by(stop).permitting(begun.rights.permission());
    let (id, limit) = (ready.entry.id.clone(), begun.limit);
    blocking(move || {
        if let Some(running) = tenant.live.get(&run) {
            return Ok(running);
        }
        let lease = tenant.journal.resume(&connection, &id, &run)?;
        let items = tenant.journal.run(&run)?.items;
        tenant.cut(&run, items)?;
        Ok(go(&server, &tenant, connection, lease, items, limit, place))
    })
    .await
}

/// Runs it in a task of its own: a write that is under way ends whether anybody waits or not.
fn go(
    server: &Server,
    tenant: &Arc<Tenant>,
    connection: Connection,
    lease: RunLease,
    items: u64,
    limit: Option<u64>,
    place: Option<Arc<OwnedSemaphorePermit>>,
) -> Running {
    let run = lease.id().to_owned();
    let turn = tenant.live.begin(&run, connection.stop().clone());
    let running = turn.running.clone();
    let (server, tenant) = (server.clone(), tenant.clone());
    let events = running.events.clone();
    let limit = limit.unwrap_or(u64::MAX);
    let (of, id) = (tenant.clone(), run.clone());
    let mut keeper =
        Keeper { tenant: of, run: id, items, limit, requests: 0, events, broken: None };
    tokio::runtime::Handle::current().spawn(async move {
        // Also when nobody waits it is one of the tenant's calls.
        let _place = place;
        server.0.metrics.calls.inc();
        let outcome = lease.run(&connection, &mut keeper).await;
        server.0.metrics.calls.dec();
        let ended: Ended = match (keeper.broken.take(), outcome) {
            (Some(problem), _) => Err(problem),
            (None, Ok(outcome)) => Ok(outcome),
            (None, Err(failure)) => Err(connection.diagnose(failure).await.into()),
        };
        let problem = ended.as_ref().err().cloned();
        let (of, id) = (tenant.clone(), run.clone());
        let shown = blocking(move || of.ended(&id, problem.as_ref())).await.ok().flatten();
        let ended = match shown.is_some() {
            true => ended.map_err(|problem| problem.with("run", run)),
            false => ended,
        };
        if let Some(run) = shown {
            let mut shown = json(&run);
            let name = match (&ended, shown["state"].as_str()) {
                (_, Some("interrupted")) => "interrupted",
                (Ok(_), _) => "done",
                (Err(_), _) => "failed",
            };
            // Once it is heard that it has ended, it is not under way.
            shown["state"] = name.into();
            if let Ok(outcome) = &ended {
                shown["output"] = parsed(&outcome.output);
            }
            if let Err(problem) = &ended {
                shown["problem"] = problem.json();
            }
            let _ = keeper.events.send(Event(name, shown));
        }
        turn.end(ended);
    });
    running
}

/// What a run that has ended came to, once more: its outcome, or why it failed.
pub async fn outcome(tenant: &Arc<Tenant>, ready: &Ready, run: &str) -> Ended {
    for turn in 0..TURNS {
        if let Some(running) = tenant.live.get(run) {
            return running.wait().await;
        }
        let (of, id, asked) = (tenant.clone(), ready.entry.id.clone(), run.to_owned());
        let connection = ready.connection.clone();
        let lease = blocking(move || {
            let run = of.journal.run(&asked)?;
            match run.state {
                RunState::Done => match of.journal.resume(&connection, &id, &asked) {
                    // Somebody else looks at it.
                    Err(JournalError::Busy(_)) => Ok(None),
                    lease => Ok(Some(lease?)),
                },
                // Somebody else looks at it, or it is about to go on.
                RunState::Running => Ok(None),
                RunState::Interrupted if turn < TURNS / 5 => Ok(None),
                state => {
                    let problem = of.begun(&asked)?.and_then(|begun| begun.problem);
                    let again = problem.and_then(|problem| Problem::again(&parsed(&problem)));
                    let said = run.error.unwrap_or_default();
                    let detail = format!("the run `{asked}` is {}: {said}", state.word());
                    let other = || Problem::conflict(detail).with("run", asked);
                    Err(again.filter(|_| state == RunState::Failed).unwrap_or_else(other))
                }
            }
        });
        match lease.await? {
            Some(lease) => return Ok(lease.run(&ready.connection, &mut NoopObserver).await?),
            None => tokio::time::sleep(TURN).await,
        }
    }
    Err(Problem::conflict(format!("the run `{run}` is looked at by too many")))
}

/// How a run stands.
pub fn state(tenant: &Tenant, run: &str) -> Result<Value, Problem> {
    Ok(json(&tenant.journal.run(run)?))
}

/// What is told of a run.
pub fn json(run: &connector_durable::Run) -> Value {
    let time = |ms: i64| jiff::Timestamp::from_millisecond(ms).map(|it| it.to_string()).ok();
    json!({
        "id": run.id,
        "action": run.call.subject(),
        "input": parsed(run.call.json()),
        "state": run.state.word(),
        "doing": run.doing,
        "started": time(run.started),
        "changed": time(run.changed),
        "items": run.items,
        "requests": run.requests,
        "outcome_unknown": run.outcome_unknown,
        "error": run.error,
    })
}
