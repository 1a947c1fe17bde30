//! Runs: looked at, followed, ended and gone on with.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{self, KeepAlive, Sse};
use connector_durable::RunState;
use futures_util::{Stream, stream};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::order;
use crate::caller::Caller;
use crate::catalog::parsed;
use crate::extract::{Path, Query};
use crate::live;
use crate::problem::Problem;
use crate::rights::Right;
use crate::run::durable;
use crate::run::kept::Begun;
use crate::server::{Server, blocking};
use crate::tenant::{Ready, Tenant};

/// Items that one answer holds, unless it is said.
const MOST: u64 = 100;
/// Runs that one answer holds, at most.
const LARGEST: u32 = 1000;

#[derive(Debug, Deserialize)]
pub struct Range {
    after: Option<u64>,
    limit: Option<u64>,
}

/// Which runs are wanted.
#[derive(Debug, Deserialize)]
pub struct Page {
    /// The `next` of the page before.
    next: Option<String>,
    limit: Option<u32>,
}

pub async fn list(
    State(server): State<Server>,
    caller: Caller,
    Path(c): Path<String>,
    Query(Page { next, limit }): Query<Page>,
) -> Result<Json<Value>, Problem> {
    caller.may(Right::Read)?;
    let limit = limit.unwrap_or(100);
    if !(1..=LARGEST).contains(&limit) {
        return Err(Problem::field("limit", format!("1 to {LARGEST}")));
    }
    let ready = server.ready(&caller.tenant, &c).await?;
    blocking(move || {
        let tenant = &caller.tenant;
        let mut runs = tenant.journal.runs_of(&ready.entry.id, next.as_deref(), limit + 1)?;
        let more = runs.len() > limit as usize;
        runs.truncate(limit as usize);
        let next = runs.last().filter(|_| more).map(|run| run.id.clone());
        let told = runs.into_iter().map(|run| Ok(durable::json(&tenant.counted(run)?)));
        let told = told.collect::<Result<Vec<_>, Problem>>()?;
        Ok(Json(json!({"runs": told, "next": next})))
    })
    .await
}

/// A run of this connection, and who began it.
async fn found(
    server: &Server,
    caller: &Caller,
    c: &str,
    run: &str,
) -> Result<(Ready, connector_durable::Run, Option<Begun>), Problem> {
    caller.may(Right::Read)?;
    let ready = server.ready(&caller.tenant, c).await?;
    let (tenant, run, id) = (caller.tenant.clone(), run.to_owned(), ready.entry.id.clone());
    let (found, begun) = blocking(move || {
        let mut found = tenant.journal.run(&run)?;
        // One that goes on is noted with its next step.
        if tenant.live.get(&run).is_some() {
            found.state = RunState::Running;
        }
        match found.connection == id {
            true => Ok((tenant.counted(found)?, tenant.begun(&run)?)),
            false => Err(Problem::not_found(format!("run `{run}`"))),
        }
    })
    .await?;
    Ok((ready, found, begun))
}

pub async fn one(
    State(server): State<Server>,
    caller: Caller,
    Path((c, run)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let (ready, found, begun) = found(&server, &caller, &c, &run).await?;
    Ok(Json(whole(&caller.tenant, &ready, &found, begun).await))
}

/// With what it came to. Of one that held secrets nothing was kept.
async fn whole(
    tenant: &Arc<Tenant>,
    ready: &Ready,
    run: &connector_durable::Run,
    begun: Option<Begun>,
) -> Value {
    let mut json = durable::json(run);
    // One that ended at its limit came to nothing else; to ask for it would go on with the call.
    let is_cut = begun.as_ref().and_then(|begun| begun.limit).is_some_and(|most| run.items >= most);
    if run.state != RunState::Done
        && let Some(problem) = begun.and_then(|begun| begun.problem)
    {
        json["problem"] = parsed(&problem);
    }
    if run.state == RunState::Done && !is_cut {
        match durable::outcome(tenant, ready, &run.id).await {
            Ok(outcome) => json["output"] = parsed(&outcome.output),
            Err(problem) => json["output_kept"] = problem.detail.into(),
        }
    }
    json
}

pub async fn items(
    State(server): State<Server>,
    caller: Caller,
    Path((c, run)): Path<(String, String)>,
    Query(range): Query<Range>,
) -> Result<Json<Value>, Problem> {
    found(&server, &caller, &c, &run).await?;
    let (after, limit) = (range.after.unwrap_or(0), range.limit.unwrap_or(MOST));
    blocking(move || {
        let (items, next) = caller.tenant.items(&run, after, limit)?;
        Ok(Json(json!({"items": items, "next": next})))
    })
    .await
}

pub async fn follow(
    State(server): State<Server>,
    caller: Caller,
    Path((c, run)): Path<(String, String)>,
) -> Result<Sse<impl Stream<Item = Result<sse::Event, Infallible>>>, Problem> {
    // Listened to before it is looked at: nothing falls in between.
    let running = caller.tenant.live.get(&run).map(|running| running.events.subscribe());
    let (ready, found, begun) = found(&server, &caller, &c, &run).await?;
    let now = match (&running, found.state) {
        (Some(_), _) => live::Event("page", json!({"items": found.items})),
        (None, state) => {
            live::Event(state.word(), whole(&caller.tenant, &ready, &found, begun).await)
        }
    };
    let events = stream::unfold((Some(now), running), |(first, mut running)| async move {
        if let Some(event) = first {
            return Some((event, (None, running)));
        }
        loop {
            match running.as_mut()?.recv().await {
                Ok(event) => return Some((event, (None, running))),
                // Counts are in each event, so that a few may be missed.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    let events = futures_util::StreamExt::map(events, |live::Event(name, data)| {
        Ok(sse::Event::default().event(name).data(data.to_string()))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

pub async fn cancel(
    State(server): State<Server>,
    caller: Caller,
    Path((c, run)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let (ready, _, begun) = found(&server, &caller, &c, &run).await?;
    as_begun(&caller, begun.as_ref())?;
    let Some(running) = caller.tenant.live.get(&run) else {
        return Err(Problem::conflict(format!("the run `{run}` is not under way")));
    };
    let (tenant, asked) = (caller.tenant.clone(), run.clone());
    blocking(move || tenant.cancelled(&asked, true)).await?;
    running.stop.cancel();
    // How it has ended is in its state.
    drop(running.wait().await);
    caller.note(format!("cancel {run}"), Some(&ready.entry.id), None, &Ok(()));
    let (tenant, asked) = (caller.tenant.clone(), run.clone());
    let state = blocking(move || durable::state(&tenant, &asked));
    Ok(Json(state.await?))
}

pub async fn resume(
    State(server): State<Server>,
    caller: Caller,
    Path((c, run)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let (ready, _, begun) = found(&server, &caller, &c, &run).await?;
    let begun = as_begun(&caller, begun.as_ref())?;
    let place = order::place(&caller).await?;
    // Who goes on with it does no more than he may, and no more than who began it might.
    let rights = begun.rights.and(&caller.key.rights);
    let key = caller.key.id.clone();
    let begun = Begun {
        key,
        rights,
        connection: begun.connection.clone(),
        limit: begun.limit,
        problem: None,
        cancelled: false,
    };
    let (tenant, asked) = (caller.tenant.clone(), run.clone());
    blocking(move || tenant.cancelled(&asked, false)).await?;
    let resumed = durable::resume(&server, &caller.tenant, &ready, &run, &begun, Some(place)).await;
    caller.note(format!("resume {run}"), Some(&ready.entry.id), None, &resumed);
    resumed?;
    Ok(Json(json!({"run": run})))
}

/// A key with fewer rights than who began a run does nothing about it.
fn as_begun<'a>(caller: &Caller, begun: Option<&'a Begun>) -> Result<&'a Begun, Problem> {
    let begun = begun.ok_or_else(|| Problem::conflict("this run was not begun here"))?;
    for right in [Right::Write, Right::Destructive] {
        if begun.rights.has(right) {
            caller.may(right)?;
        }
    }
    Ok(begun)
}
