//! Runs an action for a tool call.

use std::collections::BTreeSet;

use connector_host::contract::Context;
use connector_host::contract::actions::{Description, Shape};
use connector_host::{Call, Connection, Error, Mask};
use rmcp::model::JsonObject;
use serde_json::Value;

use crate::answer::Ended;
use crate::arguments::{Invalid, number};
use crate::collect::{Collector, Progress};
use crate::schema::{self, ITEMS, LIMIT, MOST, SKIP};

/// Bytes of items in an answer, about. It travels twice, as a value and as a text, and some clients
/// take no message above 1 MiB; a model has long had enough.
const BYTES: usize = 256 << 10;

/// What came of a call.
pub struct Ran {
    /// What it brought.
    pub ended: Result<Ended, Error>,
    /// The operations that requests were sent for; None for one that has no name.
    pub sent: BTreeSet<Option<String>>,
    /// What the arguments held that nobody may see.
    pub given: Mask,
}

/// Runs to the end, or until there are as many items as were asked for.
pub async fn run(
    connection: &Connection,
    description: &Description,
    mut arguments: JsonObject,
    progress: Progress,
) -> Result<Ran, Invalid> {
    let (limit, skip) = window(description, &mut arguments)?;
    let id = description.action.id.clone();
    let input = Value::Object(arguments).to_string();
    let given = Mask::new(&description.input, &input);
    let mut collector = Collector::new(Some(progress)).part(connection, limit, skip, BYTES);
    // One more, so that it is known whether there are others.
    let most = u64::try_from(skip.saturating_add(limit).saturating_add(1)).unwrap_or(u64::MAX);
    let wanted = Context::fresh().wanting(Some(most));
    let ran = connection.run_in(wanted, Call::Action { id, input }, &mut collector).await;
    let sent = collector.operations();
    let ended = ran.and_then(|outcome| collector.ended(&outcome.output));
    Ok(Ran { ended, sent, given })
}

/// How many items are wanted and how many come before. Takes both out of the arguments; a field of
/// that name is the action's own, when it has one.
fn window(
    description: &Description,
    arguments: &mut JsonObject,
) -> Result<(usize, usize), Invalid> {
    let mut ours = JsonObject::new();
    if description.action.shape == Shape::Items {
        for name in [LIMIT, SKIP] {
            if !schema::has_own(&description.input, name) {
                ours.extend(arguments.remove(name).map(|value| (name.to_owned(), value)));
            }
        }
    }
    let limit = number(&ours, LIMIT, ITEMS, 1..=MOST)?;
    Ok((limit, number(&ours, SKIP, 0, 0..=u32::MAX.into())?))
}
