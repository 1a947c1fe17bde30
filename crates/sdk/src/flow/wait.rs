//! Waiting until something at the service is ready.

use std::mem::take;

use serde_json::{Map, Value, json};

use super::{Command, Flow, FlowResult};
use crate::answer::partial::Inputs;
use crate::answer::state::State;
use crate::catalog::Service;
use crate::contract::{Error, ErrorKind, Reply};
use crate::error::{error, unexpected};

/// Milliseconds before the second request; each wait is half as long again as the one before.
const FIRST_MS: f64 = 2_000.0;
const LONGEST_MS: f64 = 60_000.0;
/// The largest number of requests. With the longest waits between them they take more than a day.
const LOOKS: i32 = 1_500;

impl Flow {
    /// Calls the action again and again until `done` finds in its output what it waits for. `what`
    /// completes "waiting for …".
    pub fn wait(
        &mut self,
        what: &str,
        id: &str,
        input: Map<String, Value>,
        done: impl Fn(Value) -> FlowResult<Option<Value>>,
    ) -> FlowResult<Value> {
        self.looks(what, id, input, &done)
    }

    fn looks(
        &mut self,
        what: &str,
        id: &str,
        mut input: Map<String, Value>,
        done: &dyn Fn(Value) -> FlowResult<Option<Value>>,
    ) -> FlowResult<Value> {
        let action = self.action(id)?;
        self.part(&format!("wait {id}"), &mut |flow, state, reply| {
            let looks = state.parse::<i32>().unwrap_or_default();
            match reply {
                None | Some(Reply::Proceed) => {
                    let (request, _) = flow.request(action, take(&mut input))?;
                    Err(flow.ask(&looks.saturating_add(1), Command::Send(request)))
                }
                Some(reply) => {
                    let output = flow.read(action, &Inputs::default(), reply)?;
                    if let Some(value) = done(output)? {
                        return Ok(value);
                    }
                    if looks >= LOOKS {
                        let message = format!("waiting for {what} took longer than a day");
                        return Err(error(ErrorKind::Unavailable, "timeout", message).into());
                    }
                    let ms =
                        (FIRST_MS * 1.5f64.powi(looks.saturating_sub(1))).min(LONGEST_MS) as u32;
                    Err(flow
                        .ask(&looks, Command::Pause { ms, reason: format!("waiting for {what}") }))
                }
            }
        })
    }
}

/// The outcome of a job in this state, by the service's word: success, or the error that it failed; none
/// while it is to be waited for. An unknown state is an error and ends the wait. `answer` goes into
/// the details.
pub fn job_state(service: &Service, state: &Value, answer: &Value) -> Option<Result<(), Error>> {
    let said = |error: Error| Error { details: Some(json!(answer).to_string()), ..error };
    let Some(word) = state.as_str() else {
        let message = format!("{} does not say in which state the job is", service.name);
        return Some(Err(said(unexpected("unknown-state", message))));
    };
    match State::of(&service.states, word) {
        State::Waiting => None,
        State::Done => Some(Ok(())),
        State::Failed => {
            let message = format!("{} ended the job with {word}", service.name);
            Some(Err(said(error(ErrorKind::Rejected, "job-failed", message))))
        }
        State::Unknown => {
            let message = format!(
                "{} says that the job is {word}, and nobody knows what that means",
                service.name
            );
            Some(Err(said(unexpected("unknown-state", message))))
        }
    }
}

/// An id as a text: some answers give it as a number.
///
/// # Errors
///
/// `unexpected` when the answer has no id there.
pub fn answer_id(service: &Service, id: &Value) -> Result<Value, Error> {
    match id {
        Value::String(name) if !name.trim().is_empty() => Ok(id.clone()),
        Value::Number(number) => Ok(number.to_string().into()),
        _ => {
            let message =
                format!("{}'s answer lacks the id that the next step needs", service.name);
            Err(unexpected("invalid-answer", message))
        }
    }
}
