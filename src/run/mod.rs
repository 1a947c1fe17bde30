//! Calls in flight. A job is all that a call remembers between two steps.

pub mod api_request;
pub mod connection_test;
pub mod course;
pub mod events;
pub mod feed;
mod marks;
pub mod pages;
pub mod seen;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use self::pages::Pages;
use crate::answer::partial::Inputs;
use crate::answer::{self, delivered};
use crate::catalog::{self, Action};
use crate::checkpoint;
use crate::contract::{Error, Outcome, PendingRequest, Reply, Request, Step};
use crate::flow::Flow;
use crate::input::request;
use crate::settings::Settings;

/// One kind of call each.
#[derive(Serialize, Deserialize)]
pub enum Job {
    Single(Single),
    Pages(Box<Pages>),
    ApiRequest,
    ConnectionTest(connection_test::Granted),
    Flow(Box<Flow>),
}

/// One request, one answer.
#[derive(Serialize, Deserialize)]
pub struct Single {
    /// The action's id.
    action: String,
    #[serde(skip_serializing_if = "Inputs::is_empty", default)]
    inputs: Inputs,
}

impl Single {
    /// Sends the request. `input` has passed the check.
    pub fn start(
        action: &Action,
        input: &Map<String, Value>,
        settings: &Settings,
    ) -> Result<Step, Error> {
        let (request, inputs) = single(action, input, settings)?;
        Ok(send(request, &Job::Single(Single { action: action.id.to_owned(), inputs })))
    }
}

/// Goes on with a call.
pub fn resume(job: Job, reply: Reply) -> Result<Step, Error> {
    match job {
        Job::Single(Single { action: id, inputs }) => {
            let action = action(&id)?;
            Ok(done(answer::single::read(action, &inputs, &delivered(reply)?)?))
        }
        Job::Pages(pages) => pages.resume(reply),
        Job::ApiRequest => api_request::finish(delivered(reply)?),
        Job::Flow(flow) => flow.resume(reply),
        Job::ConnectionTest(granted) => connection_test::finish(granted, delivered(reply)?),
    }
}

/// The request of an action that is one thing, and what its answer needs of a batch's inputs.
/// `input` has passed the check.
pub fn single(
    action: &Action,
    input: &Map<String, Value>,
    settings: &Settings,
) -> Result<(Request, Inputs), Error> {
    let (request, body) = request::build(action, input, settings)?;
    let of = |partial| Inputs::of(partial, body.as_ref());
    Ok((request, action.partial.map(of).unwrap_or_default()))
}

/// The action with this id.
pub fn action(id: &str) -> Result<&'static Action, Error> {
    let found = catalog::ACTIONS.iter().find(|action| action.id == id);
    found.ok_or_else(|| crate::error::invalid_field("id", format!("there is no action {id}")))
}

/// A step that sends `request` and then goes on with `job`.
pub fn send(request: Request, job: &Job) -> Step {
    Step::Send(PendingRequest { request, checkpoint: checkpoint::write(job) })
}

/// The last step of a call without a cursor.
pub fn done(output: String) -> Step {
    Step::Done(Outcome { output, cursor: None })
}
