//! `Approval`: calls that wait for a person, by connection.

use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::Failure;
use crate::handler::kept;

const OPEN: &str = "open";
/// Calls of one connection that wait.
const MOST: usize = 1000;

/// A call that waits for a person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Waiting {
    /// What it waits for: an awakeable of Restate.
    pub id: String,
    /// The id of the action.
    pub action: String,
    /// Its input.
    pub input: Value,
    /// Since when, in milliseconds since 1970-01-01 UTC.
    pub since_ms: u64,
}

/// What a person has said.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// Which call: the id of what waits.
    pub id: String,
    /// Whether it may go on.
    pub approved: bool,
    /// Who said so, for the record.
    pub by: String,
}

pub struct Approvals;

#[object(name = "Approval", journal_retention = "1 day")]
impl Approvals {
    /// Takes down a call that waits.
    #[handler(ingress_private = true)]
    async fn ask(&self, ctx: ObjectContext<'_>, waiting: Json<Waiting>) -> HandlerResult<()> {
        let mut open: Vec<Waiting> = kept(ctx.get(OPEN).await?);
        let waiting = waiting.into_inner();
        if open.len() >= MOST {
            let why = format!("{MOST} calls of this connection wait for a person already");
            ctx.reject_awakeable(&waiting.id, Failure::new("refused", why).into());
            return Ok(());
        }
        open.push(waiting);
        ctx.set(OPEN, Json(open));
        Ok(())
    }

    /// The calls that wait.
    #[handler]
    async fn list(&self, ctx: SharedObjectContext<'_>) -> HandlerResult<Json<Vec<Waiting>>> {
        Ok(Json(kept(ctx.get(OPEN).await?)))
    }

    /// Lets a call go on, or ends it.
    #[handler]
    async fn decide(&self, ctx: ObjectContext<'_>, decision: Json<Decision>) -> HandlerResult<()> {
        let mut open: Vec<Waiting> = kept(ctx.get(OPEN).await?);
        let decision = decision.into_inner();
        let Some(at) = open.iter().position(|it| it.id == decision.id) else {
            let why = format!("no call of this connection waits under `{}`", decision.id);
            return Err(TerminalError::from(Failure::new("not-found", why)).into());
        };
        open.remove(at);
        ctx.set(OPEN, Json(open));
        let id = decision.id.clone();
        ctx.resolve_awakeable(&id, Json(decision));
        Ok(())
    }
}
