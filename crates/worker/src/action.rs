//! `Action`: runs actions.

use connector_host::Call;
use restate_sdk::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::approval::{ApprovalsClient, Decision, Waiting};
use crate::failure::Failure;
use crate::handler::time;
use crate::run::{Progress, Run};
use crate::worker::Worker;

/// Bytes of items that an answer carries.
const ANSWER: usize = 4 << 20;

/// What is asked of `Action/run`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Submission {
    /// The name of a connection that the cluster has.
    pub connection: String,
    /// The id of an action of its connector.
    pub action: String,
    /// The input, an object.
    #[serde(default)]
    pub input: Value,
    /// So many items of a list are wanted; None: all.
    #[serde(default)]
    pub limit: Option<u64>,
    /// Nothing is done until a person has said yes: `Approval/{connection}` has a `list` of what waits, and is
    /// told the decision by `decide`.
    #[serde(default)]
    pub approval: bool,
}

/// What a run comes to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The output of the action.
    pub output: Value,
    /// The items of a list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Value>,
}

pub struct Actions(pub Worker);

#[service(name = "Action", abort_timeout = "1h", journal_retention = "1 day")]
impl Actions {
    /// Runs an action to its end.
    #[handler]
    async fn run(&self, ctx: Context<'_>, asked: Json<Submission>) -> HandlerResult<Json<Answer>> {
        let asked = asked.into_inner();
        if asked.approval {
            approved(&ctx, &asked).await?;
        }
        let Submission { connection, action, input, limit, .. } = asked;
        let input = if input.is_null() { "{}".into() } else { input.to_string() };
        let call = Call::Action { id: action, input };
        let mut run = Run::new(&self.0, connection, call, ctx.invocation_id(), limit);
        let most = limit.map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX));
        let (mut items, mut bytes) = (Vec::new(), 0);
        loop {
            match run.next(&ctx).await? {
                Progress::Done(outcome) => {
                    let output = parsed(&outcome.output)?;
                    return Ok(Json(Answer { output, items }));
                }
                Progress::Page(page) => {
                    bytes += page.items.len();
                    if bytes > ANSWER {
                        let why = format!("the list has more than {ANSWER} bytes");
                        return Err(TerminalError::from(Failure::new("refused", why)).into());
                    }
                    items.extend(parsed::<Vec<Value>>(&page.items)?);
                    if items.len() >= most {
                        items.truncate(most);
                        return Ok(Json(Answer { output: Value::Null, items }));
                    }
                }
            }
        }
    }
}

/// Waits for a person, for as long as it takes.
async fn approved(ctx: &Context<'_>, asked: &Submission) -> Result<(), TerminalError> {
    let (id, decided) = ctx.awakeable::<Json<Decision>>();
    let since_ms = ctx.run(time).name("time").await?;
    let waiting =
        Waiting { id, action: asked.action.clone(), input: asked.input.clone(), since_ms };
    ctx.object_client::<ApprovalsClient>(&*asked.connection).ask(Json(waiting)).send();
    let Decision { approved, by, .. } = decided.await?.into_inner();
    match approved {
        true => Ok(()),
        false => Err(Failure::new("denied", format!("{by} has denied this call")).into()),
    }
}

/// What the connector has given as JSON.
fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, TerminalError> {
    serde_json::from_str(text).map_err(|error| {
        Failure::new("unexpected", format!("the connector gave no JSON: {error}")).into()
    })
}
