//! What the server does by itself: goes on with what was interrupted, watches triggers, and forgets
//! what is old.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use connector_durable::RunState;
use connector_host::Error as HostError;

use crate::problem::Problem;
use crate::run::durable;
use crate::server::{Server, blocking};
use crate::tenant::Tenant;
use crate::{audit, connections, hooks, outbox, subscriptions};

/// Runs are kept so long, with their items.
const RUNS: Duration = Duration::from_secs(30 * 86_400);
/// So long it is kept who did what.
const AUDIT: Duration = Duration::from_secs(400 * 86_400);
/// So long the same idempotency key is the same request.
const REPEATS: Duration = Duration::from_secs(86_400);
/// Between two looks for what is to be sent on.
const DELIVER: Duration = Duration::from_secs(1);
/// Between two looks for what is old.
const SWEEP: Duration = Duration::from_secs(3600);

/// Begins all of it.
pub fn begin(server: &Server) {
    let server = server.clone();
    tokio::spawn(async move {
        let of = server.clone();
        let tenants = match blocking(move || of.tenants()).await {
            Ok(tenants) => tenants,
            Err(problem) => return tracing::error!(detail = problem.detail, "no tenant is open"),
        };
        for tenant in &tenants {
            if let Err(problem) = go_on(&server, tenant).await {
                let (tenant, detail) = (&tenant.id, &problem.detail);
                tracing::error!(tenant, detail, "not all of it goes on");
            }
        }
        let stop = server.0.stop.clone();
        let both = async { tokio::join!(sweep(&server), deliver(&server)) };
        stop.run_until_cancelled(Box::pin(both)).await;
    });
}

/// Takes up what a process has left behind that was killed. What somebody has stopped stays stopped, and
/// a run that was not begun over this server is somebody else's.
async fn go_on(server: &Server, tenant: &Arc<Tenant>) -> Result<(), Problem> {
    let of = tenant.clone();
    let (all, runs) = blocking(move || {
        // The process was killed, or told to stop.
        let stopped = HostError::Stopped.to_string();
        let killed = of.journal.runs()?.into_iter().filter(|run| {
            let by_the_way = run.error.as_ref().is_none_or(|error| *error == stopped);
            run.state == RunState::Interrupted && by_the_way
        });
        let runs = killed.filter_map(|run| Some((run.id.clone(), of.begun(&run.id).transpose()?)));
        let runs: Vec<_> = runs.collect();
        Ok((subscriptions::of(&of, None)?, runs))
    })
    .await?;
    for subscribed in &all {
        if server.0.keys.get(&subscribed.key)?.is_some() {
            subscriptions::watch(server, tenant, subscribed);
        }
    }
    for (run, begun) in runs {
        let gone_on = async {
            let begun = begun?;
            if begun.cancelled {
                return Ok(None);
            }
            // Whose key was revoked meanwhile, somebody else has to decide about.
            if server.0.keys.get(&begun.key)?.is_none() {
                return Err(Problem::forbidden("the key that began it was revoked"));
            }
            let ready = server.ready(tenant, &begun.connection).await?;
            durable::resume(server, tenant, &ready, &run, &begun, None).await.map(Some)
        };
        match gone_on.await {
            Ok(Some(_)) => tracing::info!(run, "goes on"),
            Ok(None) => {}
            Err(problem) => tracing::warn!(run, detail = problem.detail, "does not go on"),
        }
    }
    Ok(())
}

/// Sends on what has come, of all tenants: each at its own pace.
async fn deliver(server: &Server) {
    loop {
        let of = server.clone();
        for tenant in blocking(move || of.tenants()).await.unwrap_or_default() {
            if tenant.delivering.swap(true, Ordering::AcqRel) {
                continue;
            }
            let server = server.clone();
            tokio::spawn(async move {
                let stop = server.0.stop.clone();
                let sent = stop.run_until_cancelled(outbox::deliver(&server, &tenant)).await;
                if let Some(Err(problem)) = sent {
                    let (tenant, detail) = (&tenant.id, &problem.detail);
                    tracing::warn!(tenant, detail, "not all is sent on");
                }
                tenant.delivering.store(false, Ordering::Release);
            });
        }
        tokio::time::sleep(DELIVER).await;
    }
}

async fn sweep(server: &Server) {
    loop {
        let of = server.clone();
        let swept = blocking(move || {
            for tenant in of.tenants()? {
                connections::look(&tenant)?;
                tenant.sweep(RUNS, REPEATS)?;
                tenant.journal.tidy()?;
                audit::sweep(&tenant.db, AUDIT)?;
                subscriptions::sweep(&tenant)?;
                tenant.uploads.sweep().map_err(Problem::internal)?;
            }
            Ok(())
        });
        if let Err(problem) = swept.await {
            tracing::warn!(detail = problem.detail, "not all that is old is forgotten");
        }
        let of = server.clone();
        for tenant in blocking(move || of.tenants()).await.unwrap_or_default() {
            if let Err(problem) = hooks::renew(server, &tenant).await {
                let (tenant, detail) = (&tenant.id, &problem.detail);
                tracing::warn!(tenant, detail, "not all webhooks are renewed");
            }
        }
        tokio::time::sleep(SWEEP).await;
    }
}
