//! Calls in flight. A job is all that a call remembers between two steps.

pub mod api_request;
pub mod connection_test;
pub mod feed;
pub mod pages;
pub mod seen;

use serde::{Deserialize, Serialize};

use self::pages::Pages;
use crate::answer::{delivered, single};
use crate::catalog::{self, Action};
use crate::checkpoint;
use crate::contract::{Error, Outcome, PendingRequest, Reply, Request, Step};

/// One kind of call each.
#[derive(Serialize, Deserialize)]
pub enum Job {
    /// One request, one answer. Holds the action's id.
    Single(String),
    Pages(Pages),
    ApiRequest,
    ConnectionTest(connection_test::Granted),
}

/// Goes on with a call.
pub fn resume(job: Job, reply: Reply) -> Result<Step, Error> {
    match job {
        Job::Single(id) => {
            let action = action(&id)?;
            Ok(done(single::read(action, &delivered(reply)?)?))
        }
        Job::Pages(pages) => pages.resume(reply),
        Job::ApiRequest => api_request::finish(delivered(reply)?),
        Job::ConnectionTest(granted) => connection_test::finish(granted, delivered(reply)?),
    }
}

/// The action with this id.
pub fn action(id: &str) -> Result<&'static Action, Error> {
    let found = catalog::ACTIONS.iter().find(|action| action.id == id);
    found.ok_or_else(|| crate::error::invalid_field("id", format!("there is no action {id}")))
}

/// A step that sends `request` and then goes on with `job`.
pub fn send(request: Request, job: &Job) -> Step {
    Step::Send(PendingRequest {
        request,
        checkpoint: checkpoint::write(job),
    })
}

/// The last step of a call without a cursor.
pub fn done(output: String) -> Step {
    Step::Done(Outcome {
        output,
        cursor: None,
    })
}
