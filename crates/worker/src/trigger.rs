//! `Trigger`: polls a trigger on and on. Its cursor, its events and the next poll are one change of the
//! object's state and of what it has sent, whatever ends in between.

use std::time::Duration;

use connector_host::Call;
use restate_sdk::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::delivery::{DeliveriesClient, Delivery};
use crate::event::{RecordedEvent, Standing, TriggerSpec};
use crate::failure::Failure;
use crate::handler::kept;
use crate::incoming::{self, Incoming};
use crate::run::{Ended, Progress, Run};
use crate::worker::Worker;

const SPEC: &str = "spec";
const CURSOR: &str = "cursor";
/// Tells the polls of one start from those of an earlier one.
const TURN: &str = "turn";
const STANDING: &str = "standing";
/// The events that are kept, a part of them in each: a new part takes the place of the oldest, so that little is
/// written anew for an event.
const SLOTS: [&str; 9] = [
    "events/0", "events/1", "events/2", "events/3", "events/4", "events/5", "events/6", "events/7",
    "events/8",
];
/// The ids of the latest events, in their order.
const IDS: &str = "ids";
/// The wait after a poll that failed; it doubles each time.
const BACKOFF: Duration = Duration::from_secs(2);
const MAX_BACKOFF: Duration = Duration::from_secs(600);

/// What a connector emits for a trigger.
#[derive(Deserialize)]
struct Emitted {
    id: String,
    occurred_at: Option<String>,
    data: Value,
}

pub struct Triggers(pub Worker);

#[object(name = "Trigger", abort_timeout = "1h", lazy_state = true, journal_retention = "0s")]
impl Triggers {
    /// Begins to poll, or goes on with another configuration. The first poll takes stock; of the same
    /// connection, trigger and configuration the record goes on.
    #[handler]
    async fn start(&self, ctx: ObjectContext<'_>, spec: Json<TriggerSpec>) -> HandlerResult<()> {
        let spec = spec.into_inner();
        if spec.every_s == 0 || spec.keep == 0 {
            let why = "`every_s` and `keep` are at least 1";
            return Err(TerminalError::from(Failure::new("invalid-input", why)).into());
        }
        let old = ctx.get::<Json<TriggerSpec>>(SPEC).await?.map(Json::into_inner);
        let what =
            |it: &TriggerSpec| (it.connection.clone(), it.trigger.clone(), it.config.clone());
        if old.as_ref().map(what) != Some(what(&spec)) {
            ctx.clear(CURSOR);
        }
        let turn = ctx.get::<u64>(TURN).await?.unwrap_or_default() + 1;
        let polls = !spec.webhook;
        ctx.set(SPEC, Json(spec));
        ctx.set(TURN, turn);
        if polls {
            ctx.object_client::<TriggersClient>(ctx.key()).poll(turn).send();
        }
        Ok(())
    }

    /// Takes what the service has sent to the address of a webhook, checks its signature and records its events.
    /// Submitted under the delivery's own id as idempotency key, it is taken once.
    #[handler]
    async fn deliver(&self, ctx: ObjectContext<'_>, incoming: Json<Incoming>) -> HandlerResult<()> {
        let failed = |kind: &str, why: &str| TerminalError::from(Failure::new(kind, why));
        let spec = ctx.get::<Json<TriggerSpec>>(SPEC).await?.map(Json::into_inner);
        let spec = spec.filter(|spec| spec.webhook);
        let spec =
            spec.ok_or_else(|| failed("not-found", "no webhook was started under this name"))?;
        let delivery = incoming.into_inner().delivery();
        let (worker, connection, webhook) =
            (self.0.clone(), spec.connection.clone(), spec.trigger.clone());
        let shown = delivery.clone();
        let check = move || async move {
            Ok(Json(incoming::refusal(worker, connection, webhook, shown).await?))
        };
        if let Some(failure) = ctx.run(check).name("check").await?.into_inner() {
            return Err(TerminalError::from(failure).into());
        }
        let call = Call::Receive {
            webhook: spec.trigger.clone(),
            config: Value::Object(spec.config.clone()).to_string(),
            subscription: String::new(),
            delivery,
            cursor: self.cursor(&ctx).await?,
        };
        let mut run = Run::new(&self.0, spec.connection.clone(), call, ctx.invocation_id(), None);
        let (events, cursor) = polled(&mut run, &ctx).await?;
        if let Some(cursor) = cursor {
            self.keep_cursor(&ctx, &cursor);
        }
        let mut standing: Standing = kept(ctx.get(STANDING).await?);
        record(&ctx, &spec, &mut standing, events).await?;
        ctx.set(STANDING, Json(standing));
        Ok(())
    }

    /// Polls no more, and takes no more deliveries. The record stays.
    #[handler]
    async fn stop(&self, ctx: ObjectContext<'_>) -> HandlerResult<()> {
        let turn = ctx.get::<u64>(TURN).await?.unwrap_or_default() + 1;
        ctx.set(TURN, turn);
        if ctx.get::<Json<TriggerSpec>>(SPEC).await?.is_some_and(|it| it.into_inner().webhook) {
            ctx.clear(SPEC);
        }
        Ok(())
    }

    /// Polls once, and says when next. For the object itself.
    #[handler]
    async fn poll(&self, ctx: ObjectContext<'_>, turn: u64) -> HandlerResult<()> {
        if ctx.get::<u64>(TURN).await? != Some(turn) {
            return Ok(());
        }
        let Some(spec) = ctx.get::<Json<TriggerSpec>>(SPEC).await? else { return Ok(()) };
        let spec = spec.into_inner();
        let mut standing: Standing = kept(ctx.get(STANDING).await?);
        let call = Call::Poll {
            trigger: spec.trigger.clone(),
            config: Value::Object(spec.config.clone()).to_string(),
            cursor: self.cursor(&ctx).await?,
        };
        let mut run = Run::new(&self.0, spec.connection.clone(), call, ctx.invocation_id(), None);
        let next = match polled(&mut run, &ctx).await {
            Ok((events, Some(cursor))) => {
                self.keep_cursor(&ctx, &cursor);
                record(&ctx, &spec, &mut standing, events).await?;
                (standing.polls, standing.failures, standing.error) = (standing.polls + 1, 0, None);
                Duration::from_secs(spec.every_s)
            }
            Err(Ended::Cancelled(error)) => return Err(error.into()),
            failed => {
                let none = Failure::new("unexpected", "the poll brought no cursor");
                let failure = match failed {
                    Err(Ended::Failed(failure)) => failure,
                    _ => none,
                };
                let wait = BACKOFF.saturating_mul(1 << standing.failures.min(16)).min(MAX_BACKOFF);
                standing.failures += 1;
                standing.error = Some(failure.said().to_owned());
                wait
            }
        };
        ctx.set(STANDING, Json(standing));
        ctx.object_client::<TriggersClient>(ctx.key()).poll(turn).send_after(next);
        Ok(())
    }

    /// The events that are kept, of those after a number.
    #[handler]
    async fn events(
        &self,
        ctx: SharedObjectContext<'_>,
        after: u64,
    ) -> HandlerResult<Json<Vec<RecordedEvent>>> {
        let mut events = Vec::new();
        for slot in SLOTS {
            events.extend(kept::<Vec<RecordedEvent>>(ctx.get(slot).await?));
        }
        events.retain(|event| event.number > after);
        events.sort_by_key(|event| event.number);
        Ok(Json(events))
    }

    /// How it stands.
    #[handler]
    async fn standing(&self, ctx: SharedObjectContext<'_>) -> HandlerResult<Json<Standing>> {
        Ok(Json(kept(ctx.get(STANDING).await?)))
    }
}

impl Triggers {
    fn keep_cursor(&self, ctx: &ObjectContext<'_>, cursor: &str) {
        ctx.set(CURSOR, self.0.seal().close(&["cursor", ctx.key()], cursor.as_bytes()));
    }

    /// That of the last poll, if a worker has written it.
    async fn cursor(&self, ctx: &ObjectContext<'_>) -> HandlerResult<Option<String>> {
        let Some(closed) = ctx.get::<Vec<u8>>(CURSOR).await? else { return Ok(None) };
        let opened = self.0.seal().open(&["cursor", ctx.key()], &closed);
        let cursor = opened.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
        let forged =
            || Failure::new("journal", "the cursor of this trigger was not written by a worker");
        Ok(Some(cursor.ok_or_else(|| TerminalError::from(forged()))?))
    }
}

/// What a poll has brought, whole, and the cursor for the next one.
async fn polled(
    run: &mut Run,
    ctx: &ObjectContext<'_>,
) -> Result<(Vec<Emitted>, Option<String>), Ended> {
    let wrong = |why: String| Ended::Failed(Failure::new("unexpected", why));
    let mut events = Vec::new();
    loop {
        match run.next(ctx).await? {
            Progress::Page(page) => {
                let page: Vec<Emitted> = serde_json::from_str(&page.items)
                    .map_err(|error| wrong(format!("a page that does not hold events: {error}")))?;
                events.extend(page);
            }
            Progress::Done(outcome) => return Ok((events, outcome.cursor)),
        }
    }
}

/// Adds the events that are not in the record yet, and has them delivered.
async fn record(
    ctx: &ObjectContext<'_>,
    spec: &TriggerSpec,
    standing: &mut Standing,
    events: Vec<Emitted>,
) -> Result<(), TerminalError> {
    if events.is_empty() {
        return Ok(());
    }
    let mut ids: Vec<String> = kept(ctx.get(IDS).await?);
    let of_slot = spec.keep.div_ceil(SLOTS.len() as u64 - 1);
    let mut open: Option<(&str, Vec<RecordedEvent>)> = None;
    for Emitted { id, occurred_at, data } in events {
        if ids.contains(&id) {
            continue;
        }
        let slot = SLOTS[(standing.recorded / of_slot % SLOTS.len() as u64) as usize];
        let begins = standing.recorded.is_multiple_of(of_slot);
        if let Some((full, events)) = open.take_if(|(it, _)| *it != slot || begins) {
            ctx.set(full, Json(events));
        }
        if open.is_none() {
            let events = match begins {
                true => Vec::new(),
                false => kept(ctx.get(slot).await?),
            };
            open = Some((slot, events));
        }
        standing.recorded += 1;
        let (number, trigger) = (standing.recorded, spec.trigger.clone());
        let event = RecordedEvent { number, trigger, id: id.clone(), occurred_at, data };
        if let Some(sink) = &spec.sink {
            let key = format!("{}/{id}", ctx.key());
            let delivery = Delivery { sink: sink.clone(), event: event.clone() };
            let client = ctx.service_client::<DeliveriesClient>();
            client.deliver(Json(delivery)).idempotency_key(key).send();
        }
        ids.push(id);
        if let Some((_, events)) = &mut open {
            events.push(event);
        }
    }
    if let Some((slot, events)) = open {
        ctx.set(slot, Json(events));
    }
    let gone = ids.len().saturating_sub(usize::try_from(spec.keep).unwrap_or(usize::MAX));
    ctx.set(IDS, Json(ids.split_off(gone)));
    Ok(())
}
