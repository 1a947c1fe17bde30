//! `Action`: runs actions.

use connector_host::Call;
use restate_sdk::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::approval::{ApprovalsClient, Decision, Waiting};
use crate::delivery::{DeliveriesClient, Delivery};
use crate::event::RecordedEvent;
use crate::failure::Failure;
use crate::handler::time;
use crate::pages::{self, PagesClient};
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
    /// Where the pages of a list go.
    #[serde(default)]
    pub pages: PagesTo,
}

/// Where the pages of a list go.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PagesTo {
    /// Into the answer, up to 4 MiB.
    #[default]
    Answer,
    /// Into the state of the cluster: `Pages/{run}-{number}` has a `get` and a `remove` of each.
    State,
    /// To this address, one after the other, each at least once, under an `event-id`.
    Sink(String),
}

/// What a run comes to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The output of the action.
    pub output: Value,
    /// The items of a list, where they go into the answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Value>,
    /// Of pages that went elsewhere: how many, numbered from 0 on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<u64>,
    /// The name of the run: the id of its invocation.
    pub run: String,
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
        let input = if asked.input.is_null() { "{}".into() } else { asked.input.to_string() };
        let call = Call::Action { id: asked.action.clone(), input };
        let name = ctx.invocation_id();
        let mut run = Run::new(&self.0, asked.connection.clone(), call, name, asked.limit);
        let most = asked.limit.map_or(usize::MAX, |it| usize::try_from(it).unwrap_or(usize::MAX));
        let mut answer =
            Answer { output: Value::Null, items: Vec::new(), pages: None, run: name.to_owned() };
        let (mut passed, mut bytes) = (0, 0);
        loop {
            let page = match run.next(&ctx).await? {
                Progress::Page(page) => page,
                Progress::Done(outcome) => {
                    answer.output = parsed(&outcome.output)?;
                    return Ok(Json(answer));
                }
            };
            let mut items: Vec<Value> = parsed(&page.items)?;
            items.truncate(most - passed);
            passed += items.len();
            match &asked.pages {
                PagesTo::Answer => {
                    bytes += page.items.len();
                    if bytes > ANSWER {
                        let why = format!(
                            "the list has more than {ANSWER} bytes; say `limit`, or where `pages` go"
                        );
                        return Err(TerminalError::from(Failure::new("refused", why)).into());
                    }
                    answer.items.append(&mut items);
                }
                elsewhere => {
                    let number = answer.pages.unwrap_or_default();
                    pass(&ctx, elsewhere, &asked.action, number, items).await?;
                    answer.pages = Some(number + 1);
                }
            }
            if passed >= most {
                return Ok(Json(answer));
            }
        }
    }
}

/// Passes a page on, and goes on when it is taken.
async fn pass(
    ctx: &Context<'_>,
    to: &PagesTo,
    action: &str,
    number: u64,
    items: Vec<Value>,
) -> Result<(), TerminalError> {
    let key = pages::key(ctx.invocation_id(), number);
    let PagesTo::Sink(sink) = to else {
        return ctx.object_client::<PagesClient>(key).put(Json(items)).call().await;
    };
    let event = RecordedEvent {
        number,
        trigger: action.to_owned(),
        id: key.clone(),
        occurred_at: None,
        data: Value::Array(items),
    };
    let delivery = Json(Delivery { sink: sink.clone(), event });
    ctx.service_client::<DeliveriesClient>().deliver(delivery).idempotency_key(key).call().await
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
fn parsed<T: DeserializeOwned>(text: &str) -> Result<T, TerminalError> {
    serde_json::from_str(text).map_err(|error| {
        Failure::new("unexpected", format!("the connector gave no JSON: {error}")).into()
    })
}
