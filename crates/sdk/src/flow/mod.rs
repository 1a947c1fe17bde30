//! Composed actions: several requests, waits and reads of files, written as one plain function.
//!
//! Only a checkpoint is kept between two steps, so a flow is run anew after each step. The results of
//! its finished parts are in the journal: the function takes them from there until it reaches the part
//! that is under way. `?` leaves the function with what the host has to do next. A flow must therefore
//! depend on its input and its journal only.
//!
//! A part is identified by its label, which is the id of the action that it calls, or what it does;
//! several with the same label are identified by their order. A newer version of a connector goes on
//! with the checkpoint of an older one if it has the part that was under way, and nothing new for the
//! host to do before it; otherwise it refuses the checkpoint and says which part it lacks.

mod batches;
mod call;
pub(crate) mod deliveries;
mod file_type;
mod files;
mod image_size;
mod journal;
mod pages;
mod rows;
mod search;
mod send;
mod wait;

use std::mem::take;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::batches::many;
pub use self::call::is_unknown;
pub use self::files::{Arrival, file_in_body};
pub(crate) use self::journal::Journal;
pub use self::pages::Taken;
pub use self::send::Answer;
pub use self::wait::{answer_id, job_state};
use crate::Definition;
use crate::answer::header;
use crate::catalog::{Action, Catalog, Composed, Service};
use crate::checkpoint::damaged;
use crate::contract::{Context, Error, ErrorKind, Outcome, Reply, Response};
use crate::json_array::JsonArray;
use crate::list::Events;
use crate::settings::Settings;
use crate::step::{Command, Progress};

/// A flow as a function. Its result is the action's output; a trigger's is not used.
pub type Run = fn(&mut Flow) -> FlowResult<Value>;

/// How a part goes on: see `Flow::part`. It is called once at most.
type Advance<'a> = &'a mut dyn FnMut(&mut Flow, &str, Option<Reply>) -> FlowResult<Value>;

/// The result of a part of a flow. As `Err` it leaves the flow: the host has something to do first, or
/// the flow has failed. Flows pass it on with `?`.
pub type FlowResult<T> = Result<T, Interrupt>;

/// Why a flow stops where it is.
pub enum Interrupt {
    /// The host has something to do first.
    Suspend(Suspension),
    /// The flow fails.
    Fail(Error),
}

/// What the host has to do before a flow goes on.
pub struct Suspension(Command);

impl From<Error> for Interrupt {
    fn from(error: Error) -> Interrupt {
        Interrupt::Fail(error)
    }
}

/// A flow under way.
pub struct Flow {
    catalog: &'static Catalog,
    composed: &'static Composed,
    journal: Journal,
    /// How many parts of each label were asked for in this run.
    asked: Vec<(String, usize)>,
    /// The label of the next part, where the flow gives it one.
    label: Option<&'static str>,
    /// The reply to what the part under way has asked for.
    reply: Option<Reply>,
    /// The cursor that a trigger's flow gives.
    cursor: Option<String>,
}

/// Begins a composed action, a poll, which makes `events`, or what is done with a webhook. `input`
/// has passed the check.
pub(crate) fn start(
    definition: &'static Definition,
    id: &str,
    input: Map<String, Value>,
    settings: Settings,
    context: Context,
    events: Option<Events>,
) -> Result<Progress<Box<Journal>>, Error> {
    run(definition, Journal::new(id, input, settings, context, events), None)
}

/// Goes on with what came of the last step.
pub(crate) fn resume(
    definition: &'static Definition,
    journal: Journal,
    reply: Reply,
) -> Result<Progress<Box<Journal>>, Error> {
    run(definition, journal, Some(reply))
}

fn run(
    definition: &'static Definition,
    journal: Journal,
    reply: Option<Reply>,
) -> Result<Progress<Box<Journal>>, Error> {
    let catalog = definition.catalog;
    let (run, composed) = runner(definition, &journal.id).ok_or_else(|| damaged("checkpoint"))?;
    let (asked, label, cursor) = (Vec::new(), None, None);
    let mut flow = Flow { catalog, composed, journal, asked, label, reply, cursor };
    match run(&mut flow) {
        Ok(output) => {
            flow.journal.is_over()?;
            let cursor = flow.journal.events.map(Events::finish).or(flow.cursor);
            Ok(Progress::Done(Outcome { output: output.to_string(), cursor }))
        }
        Err(Interrupt::Fail(error)) => Err(flow.ended(error)),
        Err(Interrupt::Suspend(Suspension(command))) => {
            Ok(Progress::Suspended(command, Box::new(flow.journal)))
        }
    }
}

/// What runs under this id: that of an action, of a trigger, or `webhook/verb`.
fn runner(definition: &Definition, id: &str) -> Option<(Run, &'static Composed)> {
    let catalog = definition.catalog;
    let triggers = catalog.triggers.iter().map(|trigger| (trigger.id, trigger.flow));
    let actions = catalog.actions.iter().map(|action| (action.id, action.flow));
    let composed = match triggers.chain(actions).find(|(known, _)| *known == id) {
        Some((_, composed)) => composed?,
        None => {
            let (id, verb) = id.split_once('/')?;
            let webhook = catalog.webhooks.iter().find(|webhook| webhook.trigger.id == id)?;
            match verb {
                "receive" => match webhook.receive {
                    Some(composed) => composed,
                    None => return Some((deliveries::hand_on, &deliveries::UNCHANGED)),
                },
                "subscribe" | "unsubscribe" | "renew" => webhook.trigger.flow?,
                _ => return None,
            }
        }
    };
    let (_, run) = definition.flows.iter().find(|(name, _)| *name == composed.flow)?;
    Some((*run, composed))
}

impl Flow {
    /// The error of a flow that ends early: it says what was done before.
    fn ended(&self, error: Error) -> Error {
        let is_hosts = error.code == "damaged" || error.fields.iter().any(|it| it.path == "reply");
        let done = &self.journal.done;
        if done.is_empty() || is_hosts {
            return error;
        }
        let done = format!("Already done: {}.", done.join(", "));
        let advice = match &error.advice {
            Some(advice) => format!("{advice} {done}"),
            None => done,
        };
        // Something was sent, so it is not as if nothing had happened.
        let (kind, code) = match error.kind {
            ErrorKind::InvalidInput if error.code != "other-version" => {
                (ErrorKind::Unexpected, "invalid-part".to_owned())
            }
            kind => (kind, error.code),
        };
        Error { kind, code, advice: Some(advice), ..error }
    }

    /// One part. `advance` gets how far it has come and the reply to what it asked for, and either
    /// finishes with a value, which is all that is remembered of it, or asks again. It is not generic,
    /// nor is what uses it: there are many parts, and a copy of this for each would be large.
    fn part(&mut self, label: &str, advance: Advance) -> FlowResult<Value> {
        let label = self.label.take().unwrap_or(label);
        let at = self.times_asked(label);
        if let Some(value) = self.journal.part(label, at) {
            return Ok(value.clone());
        }
        let is_under_way = self.journal.begin(label);
        let (state, reply) = match is_under_way {
            true => (take(&mut self.journal.state), self.reply.take()),
            false => (String::new(), None),
        };
        match advance(self, &state, reply) {
            Ok(value) => {
                self.journal.finish(label, value.clone());
                Ok(value)
            }
            Err(Interrupt::Suspend(_)) if !is_under_way => {
                Err(self.journal.lacks(&format!("and this version does {label} before")).into())
            }
            Err(Interrupt::Suspend(suspension)) => {
                label.clone_into(&mut self.journal.under_way);
                Err(Interrupt::Suspend(suspension))
            }
            fault => fault,
        }
    }

    /// How many parts of this label were asked for before.
    fn times_asked(&mut self, label: &str) -> usize {
        match self.asked.iter_mut().find(|(known, _)| known == label) {
            Some((_, times)) => {
                *times += 1;
                *times - 1
            }
            None => {
                self.asked.push((label.to_owned(), 1));
                0
            }
        }
    }

    /// Gives the next part a label of its own, for flows that call one action for several reasons.
    pub fn labelled(&mut self, label: &'static str) -> &mut Flow {
        self.label = Some(label);
        self
    }

    /// Stops until the host has done this; the part then goes on with `state`.
    fn ask(&mut self, state: &impl Serialize, command: Command) -> Interrupt {
        self.journal.state = serde_json::to_string(state).expect("states have text keys");
        Interrupt::Suspend(Suspension(command))
    }

    /// Emits a page of items; an empty one is not sent to the host.
    pub fn emit(&mut self, items: &[Value]) -> FlowResult<()> {
        self.part("emit", &mut |flow, _, reply| match reply {
            None => {
                let mut array = JsonArray::default();
                items.iter().for_each(|item| array.slot().push_str(&item.to_string()));
                flow.page(array)?.map_or(Ok(Value::Null), |page| Err(flow.ask(&(), page)))
            }
            _ => Ok(Value::Null),
        })
        .map(drop)
    }

    /// The page of these items, or of the events that they make in a trigger; none for an empty one.
    fn page(&mut self, items: JsonArray) -> Result<Option<Command>, Error> {
        let (mut items, mut count) = items.finish();
        if let Some(events) = &mut self.journal.events {
            (items, count) = events.take(self.catalog, &items)?;
        }
        Ok((count > 0).then_some(Command::Emit { items, count }))
    }

    /// The time of the service's last answer by its own clock, as RFC 3339 in UTC; before its first
    /// answer, the time by the host's clock at which the call began. It is a part, because a flow that is run anew must find the same time again.
    pub fn now(&mut self) -> FlowResult<String> {
        let now = self.part("now", &mut |flow, _, _| Ok(flow.journal.clock.clone().into()))?;
        Ok(now.as_str().unwrap_or_default().to_owned())
    }

    /// Notes when the service answered, by its own clock.
    fn note(&mut self, response: &Response) {
        if let Some(time) = header(response, "date").and_then(clock) {
            self.journal.clock = time;
        }
    }

    /// The result of `find`, which is called once: a flow that is run anew takes it from the journal.
    ///
    /// # Errors
    ///
    /// Those of `find`.
    pub fn once(
        &mut self,
        label: &str,
        find: &dyn Fn() -> Result<Value, Error>,
    ) -> FlowResult<Value> {
        self.part(label, &mut |_, _, _| Ok(find()?))
    }

    /// The id of the action or trigger; for a webhook, `id/subscribe`, `id/renew`, `id/unsubscribe` or
    /// `id/receive`.
    pub fn id(&self) -> &str {
        &self.journal.id
    }

    /// The checked input. For a trigger it also has `now`, the time of the poll, and `cursor`, the one
    /// that the flow set last, where its cursors are its own. For a subscription to a webhook it also
    /// has `address`, for its renewal `subscription`; for its end it is the subscription. For a delivery
    /// it has `items`, `subscription` and `cursor`.
    pub fn input(&self) -> &Map<String, Value> {
        &self.journal.input
    }

    /// The text of an input field; empty when it is not filled in.
    pub fn text(&self, name: &str) -> &str {
        self.input().get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The named input fields that are filled in, for the input of another action.
    pub fn given(&self, names: &[&str]) -> Map<String, Value> {
        let named = self.input().iter().filter(|(name, _)| names.contains(&name.as_str()));
        named.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// What the catalogue tells the flow of this action or trigger.
    pub fn composed(&self) -> &'static Composed {
        self.composed
    }

    /// The connector's catalogue.
    pub fn catalog(&self) -> &'static Catalog {
        self.catalog
    }

    /// A name that only this call has: at most 64 visible ASCII characters, which cannot be guessed.
    pub fn call_name(&self) -> &str {
        &self.journal.call
    }

    /// How the service answers.
    pub fn service(&self) -> &'static Service {
        &self.catalog.service
    }

    /// The action with this id.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn action(&self, id: &str) -> Result<&'static Action, Error> {
        self.catalog.action(id)
    }

    /// The members of `input` that are fields of the action with this id.
    ///
    /// # Errors
    ///
    /// When there is no such action.
    pub fn fitting(
        &self,
        id: &str,
        input: &Map<String, Value>,
    ) -> Result<Map<String, Value>, Error> {
        let fields = self.action(id)?.input;
        let mut input = input.clone();
        input.retain(|name, _| fields.iter().any(|field| field.name == name));
        Ok(input)
    }

    /// The cursor that the next poll of this trigger gets, or the next delivery, where the cursors are the
    /// flow's own.
    pub fn set_cursor(&mut self, cursor: String) {
        self.cursor = Some(cursor);
    }
}

/// The state that a part wrote; anything else is not a checkpoint of this connector.
fn written<T: for<'de> Deserialize<'de>>(state: &str) -> Result<T, Error> {
    serde_json::from_str(state).map_err(|_| damaged("checkpoint"))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110) as RFC 3339.
fn clock(date: &str) -> Option<String> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let mut words = date.split(' ').skip(1);
    let (day, month, year, time) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let month = MONTHS.find(month)? / 3 + 1;
    Some(format!("{year}-{month:02}-{day}T{time}Z"))
}
