//! Other actions as parts of a flow.

use std::mem::take;

use serde_json::{Map, Value, json};

use super::files::embed;
use super::{Command, Flow, FlowResult, Interrupt, written};
use crate::answer::partial::Inputs;
use crate::answer::{delivered, page, single};
use crate::catalog::{Action, Listing};
use crate::contract::{Effect, Error, ErrorKind, FieldError, Reply, Request};
use crate::error::{invalid_input, unexpected};
use crate::input::check;
use crate::request;

impl Flow {
    /// Calls an action that is one request, and gives its output; of a list, `{"items": […]}` with the
    /// first page. The input is checked and completed from the settings.
    ///
    /// # Errors
    ///
    /// When there is no such action, the input does not fit it, or the service refuses.
    pub fn call(&mut self, id: &str, input: Map<String, Value>) -> FlowResult<Value> {
        self.call_for(id, input, |output| output)
    }

    /// As `call`, but only what `keep` makes of the output is remembered and given, so that the
    /// checkpoint stays small.
    pub fn call_for(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        keep: impl FnOnce(Value) -> Value,
    ) -> FlowResult<Value> {
        Ok(self.attempt(id, input, keep)??)
    }

    /// As `attempt`, for a body that contains files: `files` are blob references, and
    /// `file_in_body(0)`, `file_in_body(1)`, … stand for them in the input.
    pub fn attempt_with_files(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        files: &[&str],
    ) -> FlowResult<Result<Value, Error>> {
        self.exchange(id, input, files, &mut |output| output)
    }

    /// As `call_for`, but gives a refusal as the inner error, so that the flow can handle it. Errors
    /// after which the host may repeat the request (an expired token, a rate limit, a read without an
    /// answer) still end the flow, as do wrong inputs.
    pub fn attempt(
        &mut self,
        id: &str,
        input: Map<String, Value>,
        keep: impl FnOnce(Value) -> Value,
    ) -> FlowResult<Result<Value, Error>> {
        let mut keep = Some(keep);
        let mut once = |output| keep.take().map_or(Value::Null, |keep| keep(output));
        self.exchange(id, input, &[], &mut once)
    }

    /// Calls an action and emits the items that `items` makes of its outcome; the second value that it
    /// makes is remembered and given. `input` is called only for the request itself, because a long
    /// batch passes over all earlier parts at each step. If it gives none, nothing is sent and the
    /// outcome is null.
    pub fn call_and_emit(
        &mut self,
        id: &str,
        input: impl Fn() -> Option<Map<String, Value>>,
        items: impl Fn(Result<Value, Error>) -> (Vec<Value>, Value),
    ) -> FlowResult<Value> {
        self.exchange_and_emit(id, &input, &items)
    }

    fn exchange_and_emit(
        &mut self,
        id: &str,
        input: &dyn Fn() -> Option<Map<String, Value>>,
        items: &dyn Fn(Result<Value, Error>) -> (Vec<Value>, Value),
    ) -> FlowResult<Value> {
        let action = self.action(id)?;
        self.part(id, &mut |flow, state, reply| match reply {
            None => match input() {
                Some(input) => {
                    let (request, inputs) = flow.request(action, input)?;
                    Err(flow.ask(&inputs, Command::Send(request)))
                }
                None => Err(flow.pass_on(items(Ok(Value::Null)))),
            },
            Some(Reply::Proceed) => Ok(written(state)?),
            Some(reply) => {
                let inputs: Inputs = written(state)?;
                let outcome = match flow.read(action, &inputs, reply) {
                    Err(error) if !is_final(action, &error) => return Err(error.into()),
                    outcome => outcome,
                };
                Err(flow.pass_on(items(outcome)))
            }
        })
    }

    /// Emits items; the rest is what the part gives then.
    fn pass_on(&mut self, (items, rest): (Vec<Value>, Value)) -> Interrupt {
        let (text, count) = (Value::from(items.as_slice()).to_string(), items.len() as u32);
        self.ask(&rest, Command::Emit { items: text, count })
    }

    fn exchange(
        &mut self,
        id: &str,
        mut input: Map<String, Value>,
        files: &[&str],
        keep: &mut dyn FnMut(Value) -> Value,
    ) -> FlowResult<Result<Value, Error>> {
        let action = self.action(id)?;
        let outcome = self.part(id, &mut |flow, state, reply| {
            let Some(reply) = reply else {
                let (mut request, inputs) = flow.request(action, take(&mut input))?;
                if !files.is_empty() {
                    request = embed(request, files);
                }
                return Err(flow.ask(&inputs, Command::Send(request)));
            };
            match flow.read(action, &written(state)?, reply) {
                Ok(output) => Ok(json!({ "ok": keep(output) })),
                Err(error) if is_final(action, &error) => {
                    Ok(serde_json::to_string(&error).expect("errors have text keys").into())
                }
                Err(error) => Err(error.into()),
            }
        })?;
        settled(outcome)
    }

    /// Fills in what the settings say, and checks the input of another action. What this flow was
    /// given is checked by the action's rules. A value that the service gave, such as an id, is not
    /// checked: the caller could not correct it.
    pub(super) fn checked(
        &self,
        action: &Action,
        input: &mut Map<String, Value>,
    ) -> Result<(), Error> {
        self.journal.settings.offers(self.catalog, action)?;
        self.journal.settings.complete(self.catalog, input, action.input);
        let top =
            |fault: &FieldError| fault.path.split(['.', '[']).next().unwrap_or_default().to_owned();
        let faults = check::object(input, action.input);
        let (own, others): (Vec<_>, Vec<_>) =
            faults.into_iter().partition(|fault| self.input().contains_key(&top(fault)));
        if !own.is_empty() {
            return Err(invalid_input(own));
        }
        let lacks = |fault: &&FieldError| input.get(&top(fault)).is_none_or(Value::is_null);
        match others.iter().find(lacks) {
            Some(fault) => Err(self.unfit(action, &fault.path, &fault.message)),
            None => Ok(()),
        }
    }

    /// The checked request of an action, and what its answer needs of a batch's inputs.
    pub(super) fn request(
        &self,
        action: &Action,
        mut input: Map<String, Value>,
    ) -> Result<(Request, Inputs), Error> {
        self.checked(action, &mut input)?;
        request::single(self.catalog, action, &input, &self.journal.settings)
            .map_err(|error| self.blame(action, error))
    }

    /// A fault in a field that this flow was not given is not the caller's fault.
    pub(super) fn blame(&self, action: &Action, error: Error) -> Error {
        match error.fields.first() {
            Some(fault) if !self.input().contains_key(&fault.path) => {
                self.unfit(action, &fault.path, &fault.message)
            }
            _ => error,
        }
    }

    /// The output that a reply holds; of a list, an object with its `items`. A write that was done, or
    /// of which nobody knows, is noted.
    pub(super) fn read(
        &mut self,
        action: &Action,
        inputs: &Inputs,
        reply: Reply,
    ) -> Result<Value, Error> {
        let service = &self.catalog.service;
        let response = delivered(service, reply)?;
        self.note(&response);
        let output = match action.listing {
            Listing::Single => {
                let output = single::read(service, action, inputs, &response)?;
                single::value(service, &output, &response)?
            }
            _ => {
                let page = page::read(service, action, &response)?;
                json!({ "items": page.values(service, &response)? })
            }
        };
        if action.effect != Effect::Read {
            self.did(action, &output);
        }
        Ok(output)
    }

    /// The error about a value of the service that the next action cannot take.
    fn unfit(&self, action: &Action, path: &str, message: &str) -> Error {
        let (service, id) = (self.service().name, action.id);
        let message = format!("what {service} gave does not do for {id}: {path} {message}");
        unexpected("invalid-answer", message)
    }

    /// Notes that an action was done, and by which name the service knows what came of it.
    pub(super) fn did(&mut self, action: &Action, output: &Value) {
        let is_name = |name: &str| name == "id" || name == "token" || name.ends_with("_id");
        let members = output.as_object().into_iter().flatten();
        let name = members.filter(|(name, value)| {
            is_name(name)
                && (value.is_string() || value.is_number())
                && !self.catalog.filled_in.contains(&name.as_str())
        });
        let done = match name.map(|(name, value)| (name, text(value))).next() {
            Some((name, value)) => format!("{} ({name} {value})", action.id),
            None => action.id.to_owned(),
        };
        if !self.journal.done.contains(&done) && self.journal.done.len() < 10 {
            self.journal.done.push(done);
        }
    }
}

/// What a part has left that could be refused: an error is a text, all else is `{"ok": …}`.
pub(super) fn settled(outcome: Value) -> FlowResult<Result<Value, Error>> {
    Ok(match outcome {
        Value::String(error) => Err(written(&error)?),
        outcome => Ok(outcome.get("ok").cloned().unwrap_or_default()),
    })
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether sending the request again would not help, or might act twice.
pub(super) fn is_final(action: &Action, error: &Error) -> bool {
    match error.kind {
        ErrorKind::Unauthenticated | ErrorKind::RateLimited | ErrorKind::InvalidInput => false,
        ErrorKind::Unavailable => action.effect == Effect::Write,
        _ => true,
    }
}

/// Whether, after this error, the service may have acted: no answer came, or none that can be read.
pub fn is_unknown(error: &Error) -> bool {
    matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Unexpected)
}
