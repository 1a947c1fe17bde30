//! Waiting until something at Pinterest is ready.

use std::mem::take;

use serde_json::{Map, Value, json};

use super::{Ask, Flow, Part};
use crate::answer::partial::Inputs;
use crate::answer::state::State;
use crate::contract::{Error, ErrorKind, Reply};
use crate::error::{error, unexpected};
use crate::run::action;

/// Milliseconds before the second look; each wait is half as long again as the one before.
const FIRST_MS: f64 = 2_000.0;
const LONGEST_MS: f64 = 60_000.0;
/// Looks. With the longest wait between them they reach over a day.
const LOOKS: i32 = 1_500;

impl Flow {
    /// Calls the action again and again until `done` finds in its output what it waits for. `what`
    /// completes "waiting for …".
    pub fn wait(
        &mut self,
        what: &str,
        id: &str,
        input: Map<String, Value>,
        done: impl Fn(Value) -> Part<Option<Value>>,
    ) -> Part<Value> {
        self.looks(what, id, input, &done)
    }

    fn looks(
        &mut self,
        what: &str,
        id: &str,
        mut input: Map<String, Value>,
        done: &dyn Fn(Value) -> Part<Option<Value>>,
    ) -> Part<Value> {
        let action = action(id)?;
        self.part(&mut |flow, state, reply| {
            let looks = state.parse::<i32>().unwrap_or_default();
            match reply {
                None | Some(Reply::Proceed) => {
                    let (request, _) = flow.request(action, take(&mut input))?;
                    Err(flow.ask(&looks.saturating_add(1), Ask::Send(request)))
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
                    Err(flow.ask(&looks, Ask::Pause { ms, reason: format!("waiting for {what}") }))
                }
            }
        })
    }
}

/// The state of a job as Pinterest gives it, unless the job is waited for: `done`, or why it came to
/// nothing. Only states that are known to pass are waited for; what nobody knows ends the wait.
pub fn job_state(state: &Value, answer: &Value) -> Option<Result<(), Error>> {
    let said = |error: Error| Error { details: Some(json!(answer).to_string()), ..error };
    let Some(word) = state.as_str() else {
        let message = "Pinterest does not say in which state the job is";
        return Some(Err(said(unexpected("unknown-state", message))));
    };
    match State::of(word) {
        State::Waiting => None,
        State::Done => Some(Ok(())),
        State::Failed => {
            let message = format!("Pinterest ended the job with {word}");
            Some(Err(said(error(ErrorKind::Rejected, "job-failed", message))))
        }
        State::Unknown => {
            let message =
                format!("Pinterest says that the job is {word}, and nobody knows what that means");
            Some(Err(said(unexpected("unknown-state", message))))
        }
    }
}
