//! Composed actions: several requests, waits and looks into files, written as one plain function.
//!
//! Between two steps nothing is held but a checkpoint, so a flow is run anew after each step: what
//! its finished parts left is in the `past`, and the function passes over them to the part that is
//! under way. `?` leaves the function with what the host has to do next. A flow is therefore a pure
//! function of its input and its past: it must ask for the same parts in the same order each time.

mod call;
mod file_type;
mod files;
mod image_size;
mod list;
mod rows;
mod wait;

use std::mem::take;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use self::call::is_unknown;
pub use self::files::{Arrival, place};
pub use self::wait::job_state;
use crate::answer::header;
use crate::array::Array;
use crate::catalog::{self, Action};
use crate::checkpoint::{self, damaged};
use crate::contract::{
    Error, ErrorKind, Outcome, Page, Pause, PendingRequest, Range, Reply, Request, Response, Step,
};
use crate::run::Job;
use crate::run::events::Events;
use crate::settings::Settings;
use crate::webhooks;

/// A composed action. Its result is the action's output.
pub type Run = fn(&mut Flow) -> Part<Value>;

/// How a part goes on: see `Flow::part`. It is called once at most.
type Turn<'a> = &'a mut dyn FnMut(&mut Flow, &str, Option<Reply>) -> Part<Value>;

/// What a part of a flow gives, unless the flow has to stop there.
pub type Part<T> = Result<T, Stop>;

/// Why a flow stops where it is.
pub enum Stop {
    /// The host has something to do first.
    Ask(Ask),
    Fail(Error),
}

/// What the host has to do: a step without its checkpoint.
pub enum Ask {
    Send(Request),
    Pause { ms: u32, reason: String },
    Read { blob: String, offset: f64, length: u32 },
    Emit { items: String, count: u32 },
}

impl From<Error> for Stop {
    fn from(error: Error) -> Stop {
        Stop::Fail(error)
    }
}

/// A flow under way.
#[derive(Serialize, Deserialize)]
pub struct Flow {
    /// The action's id.
    action: String,
    /// The checked input.
    pub input: Map<String, Value>,
    pub settings: Settings,
    /// What each finished part left.
    past: Vec<Value>,
    /// How far the part under way has come, as JSON; empty when it has not begun.
    state: String,
    /// The service's clock at its last answer, RFC 3339 in UTC; empty before the first.
    clock: String,
    /// What a trigger makes of the items that its flow emits.
    events: Option<Events>,
    /// The writes that have been done, for the error of a flow that ends early.
    #[serde(default)]
    done: Vec<String>,
    /// The next part to ask for.
    #[serde(skip)]
    at: usize,
    /// The reply to what the part under way has asked for.
    #[serde(skip)]
    reply: Option<Reply>,
}

/// Begins a composed action. `input` has passed the check.
pub fn start(
    action: &Action,
    input: Map<String, Value>,
    settings: Settings,
) -> Result<Step, Error> {
    Flow::new(action.id, input, settings).run()
}

/// Begins what has an id of its own besides those of actions: a poll, which makes `events`, or a
/// webhook's subscription.
pub fn start_other(
    id: &str,
    input: Map<String, Value>,
    settings: Settings,
    events: Option<Events>,
) -> Result<Step, Error> {
    Flow { events, ..Flow::new(id, input, settings) }.run()
}

/// What runs under this id.
fn runner(id: &str) -> Option<Run> {
    let triggers = catalog::TRIGGERS.iter().map(|trigger| (trigger.id, trigger.flow));
    let actions = catalog::ACTIONS.iter().map(|action| (action.id, action.flow));
    let named = triggers.chain(actions).find(|(known, _)| *known == id);
    named.map_or_else(|| webhooks::runner(id), |(_, run)| run)
}

impl Flow {
    /// Goes on with what came of the last step.
    pub fn resume(mut self, reply: Reply) -> Result<Step, Error> {
        self.reply = Some(reply);
        self.run()
    }

    fn new(id: &str, input: Map<String, Value>, settings: Settings) -> Flow {
        Flow {
            action: id.to_owned(),
            input,
            settings,
            past: Vec::new(),
            state: String::new(),
            clock: String::new(),
            events: None,
            done: Vec::new(),
            at: 0,
            reply: None,
        }
    }

    fn run(mut self) -> Result<Step, Error> {
        let run = runner(&self.action).ok_or_else(|| damaged("checkpoint"))?;
        match run(&mut self) {
            Ok(output) => {
                let cursor = self.events.map(Events::finish);
                Ok(Step::Done(Outcome { output: output.to_string(), cursor }))
            }
            Err(Stop::Fail(error)) => Err(self.ended(error)),
            Err(Stop::Ask(ask)) => {
                let checkpoint = checkpoint::write(&Job::Flow(Box::new(self)));
                Ok(match ask {
                    Ask::Send(request) => Step::Send(PendingRequest { request, checkpoint }),
                    Ask::Pause { ms, reason } => Step::Pause(Pause { ms, reason, checkpoint }),
                    Ask::Read { blob, offset, length } => {
                        Step::Read(Range { blob, offset, length, checkpoint })
                    }
                    Ask::Emit { items, count } => Step::Emit(Page { items, count, checkpoint }),
                })
            }
        }
    }

    /// The error of a flow that ends early: it says what was done before.
    fn ended(&self, error: Error) -> Error {
        let is_hosts = error.code == "damaged" || error.fields.iter().any(|it| it.path == "reply");
        if self.done.is_empty() || is_hosts {
            return error;
        }
        let done = format!("Already done: {}.", self.done.join(", "));
        let advice = match &error.advice {
            Some(advice) => format!("{advice} {done}"),
            None => done,
        };
        // Something was sent, so it is not as if nothing had happened.
        let (kind, code) = match error.kind {
            ErrorKind::InvalidInput => (ErrorKind::Unexpected, "invalid-part".to_owned()),
            kind => (kind, error.code),
        };
        Error { kind, code, advice: Some(advice), ..error }
    }

    /// One part. `turn` gets how far it has come and the reply to what it asked for, and either
    /// finishes with a value, which is all that is remembered of it, or asks again. It is not generic,
    /// nor is what uses it: there are many parts, and a copy of this for each would be large.
    fn part(&mut self, turn: Turn) -> Part<Value> {
        if let Some(value) = self.past.get(self.at) {
            self.at += 1;
            return Ok(value.clone());
        }
        let (state, reply) = (take(&mut self.state), self.reply.take());
        let value = turn(self, &state, reply)?;
        self.past.push(value.clone());
        self.at += 1;
        Ok(value)
    }

    /// Stops until the host has done this; the part then goes on with `state`.
    fn ask(&mut self, state: &impl Serialize, ask: Ask) -> Stop {
        self.state = serde_json::to_string(state).expect("states have text keys");
        Stop::Ask(ask)
    }

    /// Emits a page of items; nothing is asked of the host for an empty one.
    pub fn emit(&mut self, items: &[Value]) -> Part<()> {
        self.part(&mut |flow, _, reply| match reply {
            None => {
                let mut array = Array::default();
                items.iter().for_each(|item| array.slot().push_str(&item.to_string()));
                flow.page(array)?.map_or(Ok(Value::Null), |page| Err(flow.ask(&(), page)))
            }
            _ => Ok(Value::Null),
        })
        .map(drop)
    }

    /// The page of these items, or of the events that they make in a trigger; none for an empty one.
    fn page(&mut self, items: Array) -> Result<Option<Ask>, Error> {
        let (mut items, mut count) = items.finish();
        if let Some(events) = &mut self.events {
            (items, count) = events.take(&items)?;
        }
        Ok((count > 0).then_some(Ask::Emit { items, count }))
    }

    /// What time it is: when the service answered last, by its own clock; empty before its first
    /// answer. A part of its own, because a flow that is run anew must find the same time again.
    pub fn now(&mut self) -> Part<String> {
        let now = self.part(&mut |flow, _, _| Ok(flow.clock.clone().into()))?;
        Ok(now.as_str().unwrap_or_default().to_owned())
    }

    /// Notes when the service answered, by its own clock.
    fn note(&mut self, response: &Response) {
        if let Some(time) = header(response, "date").and_then(clock) {
            self.clock = time;
        }
    }

    /// The action's id.
    pub fn id(&self) -> &str {
        &self.action
    }

    /// The text of an input field; empty when it is not filled in.
    pub fn text(&self, name: &str) -> &str {
        self.input.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// What `find` finds, once: a flow that is run anew does not look again.
    pub fn once(&mut self, find: &dyn Fn() -> Result<Value, Error>) -> Part<Value> {
        self.part(&mut |_, _, _| Ok(find()?))
    }

    /// Those of the named input fields that are filled in, for the input of another action.
    pub fn given(&self, names: &[&str]) -> Map<String, Value> {
        let named = self.input.iter().filter(|(name, _)| names.contains(&name.as_str()));
        named.map(|(name, value)| (name.clone(), value.clone())).collect()
    }
}

/// What a part wrote down of itself; anything else is no checkpoint of this connector's.
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
