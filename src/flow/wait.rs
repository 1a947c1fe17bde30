//! Waiting until something at Pinterest is ready.

use serde_json::{Map, Value};

use super::{Ask, Flow, Part};
use crate::contract::{ErrorKind, Reply};
use crate::error::error;
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
        done: impl FnOnce(Value) -> Part<Option<Value>>,
    ) -> Part<Value> {
        let action = action(id)?;
        self.part(|flow, state, reply| {
            let looks = state.parse::<i32>().unwrap_or_default();
            match reply {
                None | Some(Reply::Proceed) => {
                    let (request, _) = flow.request(action, input)?;
                    Err(flow.ask(&(looks + 1), Ask::Send(request)))
                }
                Some(reply) => {
                    let output = flow.read(action, &[], reply)?;
                    if let Some(value) = done(output)? {
                        return Ok(value);
                    }
                    if looks >= LOOKS {
                        let message = format!("waiting for {what} took longer than a day");
                        return Err(error(ErrorKind::Unavailable, "timeout", message).into());
                    }
                    let ms = (FIRST_MS * 1.5f64.powi(looks - 1)).min(LONGEST_MS) as u32;
                    Err(flow.ask(&looks, Ask::Pause { ms, reason: format!("waiting for {what}") }))
                }
            }
        })
    }
}
