//! Other actions as parts of a flow.

use serde_json::{Map, Value, json};

use super::files::embed;
use super::{Ask, Flow, Part};
use crate::answer::{delivered, single};
use crate::catalog::Action;
use crate::contract::{Effect, Error, ErrorKind, Reply, Request};
use crate::error::without;
use crate::input::check;
use crate::run::{self, action};

impl Flow {
    /// The output of an action that is a single request.
    pub fn call(&mut self, id: &str, input: Map<String, Value>) -> Part<Value> {
        self.call_for(id, input, |output| output)
    }

    /// As `call`; `keep` takes what is needed of the output, so that the checkpoint stays small.
    pub fn call_for(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        keep: impl FnOnce(Value) -> Value,
    ) -> Part<Value> {
        Ok(self.attempt(id, input, keep)??)
    }

    /// As `call`, for a body in which `place(0)`, `place(1)`, … stand for files.
    pub fn attempt_with_files(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        files: &[&str],
    ) -> Part<Result<Value, Error>> {
        self.exchange(id, input, files, |output| output)
    }

    /// As `call_for`, but gives back a refusal that the flow may have an answer to. What a host
    /// repeats the request for (a new token, a rate limit, a read that did not come) is left to it.
    pub fn attempt(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        keep: impl FnOnce(Value) -> Value,
    ) -> Part<Result<Value, Error>> {
        self.exchange(id, input, &[], keep)
    }

    /// Calls an action and emits what `items` makes of its outcome; of that, only the second value
    /// is remembered. `input` is made only when the request is: each step of a long batch passes
    /// over all parts before it.
    pub fn call_and_emit(
        &mut self,
        id: &str,
        input: impl FnOnce() -> Map<String, Value>,
        items: impl FnOnce(Result<Value, Error>) -> (Vec<Value>, Value),
    ) -> Part<Value> {
        let action = action(id)?;
        self.part(|flow, state, reply| match reply {
            None => {
                let (request, inputs) = flow.request(action, input())?;
                Err(flow.ask(&inputs, Ask::Send(request)))
            }
            Some(Reply::Proceed) => Ok(serde_json::from_str(state).expect("as it was written")),
            Some(reply) => {
                let inputs: Vec<Value> = serde_json::from_str(state).expect("as it was written");
                let outcome = match flow.read(action, &inputs, reply) {
                    Err(error) if !is_final(action, &error) => return Err(error.into()),
                    outcome => outcome,
                };
                let (items, rest) = items(outcome);
                let (text, count) = (Value::from(items.as_slice()).to_string(), items.len() as u32);
                Err(flow.ask(&rest, Ask::Emit { items: text, count }))
            }
        })
    }

    fn exchange(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        files: &[&str],
        keep: impl FnOnce(Value) -> Value,
    ) -> Part<Result<Value, Error>> {
        let action = action(id)?;
        let mut outcome = self.part(|flow, state, reply| {
            let Some(reply) = reply else {
                let (mut request, inputs) = flow.request(action, input)?;
                if !files.is_empty() {
                    request = embed(request, files);
                }
                return Err(flow.ask(&inputs, Ask::Send(request)));
            };
            let inputs: Vec<Value> = serde_json::from_str(state).expect("as it was written");
            match flow.read(action, &inputs, reply) {
                Ok(output) => Ok(json!({ "ok": keep(output) })),
                Err(error) if is_final(action, &error) => {
                    Ok(serde_json::to_string(&error).expect("errors have text keys").into())
                }
                Err(error) => Err(error.into()),
            }
        })?;
        Ok(match outcome.as_str() {
            Some(error) => Err(serde_json::from_str(error).expect("as it was written")),
            None => Ok(outcome["ok"].take()),
        })
    }

    /// Fills in what the settings say, and checks the input of another action.
    pub(super) fn checked(
        &self,
        action: &Action,
        input: &mut Map<String, Value>,
    ) -> Result<(), Error> {
        self.settings.complete(input, action.input);
        without(check::object(input, action.input))
    }

    /// The checked request of an action, and the fingerprints of a batch.
    pub(super) fn request(
        &self,
        action: &Action,
        mut input: Map<String, Value>,
    ) -> Result<(Request, Vec<Value>), Error> {
        self.checked(action, &mut input)?;
        Ok(run::single(action, &input, &self.settings))
    }

    /// The output that a reply holds.
    pub(super) fn read(
        &mut self,
        action: &Action,
        inputs: &[Value],
        reply: Reply,
    ) -> Result<Value, Error> {
        let response = delivered(reply)?;
        self.note(&response);
        let output = single::read(action, inputs, &response)?;
        Ok(serde_json::from_str(&output).unwrap_or_default())
    }
}

/// Whether sending the request again would not help, or might act twice.
fn is_final(action: &Action, error: &Error) -> bool {
    match error.kind {
        ErrorKind::Unauthenticated | ErrorKind::RateLimited => false,
        ErrorKind::Unavailable => action.effect == Effect::Write,
        _ => true,
    }
}

/// Whether nobody knows if the request was acted upon.
pub fn is_unknown(error: &Error) -> bool {
    error.kind == ErrorKind::Unavailable
}
