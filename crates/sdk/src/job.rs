//! Calls that are not finished. A job is all that a call remembers between two steps. It never holds a
//! request's body: images can be large, and hosts store checkpoints often.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::Definition;
use crate::answer::partial::Inputs;
use crate::answer::{delivered, single};
use crate::catalog::{Action, Catalog};
use crate::checkpoint::{opened, sealed};
use crate::connection_test::{self, Granted};
use crate::contract::{Error, Outcome, Reply, Step};
use crate::flow::{self, Journal};
use crate::list::Pages;
use crate::raw;
use crate::request;
use crate::settings::Settings;
use crate::step::{Command, Progress};

/// The version of the format. It changes whenever an older component could misread a newer checkpoint.
const FORMAT: u32 = 2;

/// A variant for each kind of call.
#[derive(Serialize, Deserialize)]
pub enum Job {
    Single(Single),
    Pages(Box<Pages>),
    Raw,
    ConnectionTest(Granted),
    Flow(Box<Journal>),
    ConnectionTestFlow(Granted, Box<Journal>),
}

/// One request, one answer.
#[derive(Serialize, Deserialize)]
pub struct Single {
    /// The action's id.
    action: String,
    #[serde(skip_serializing_if = "Inputs::is_empty", default)]
    inputs: Inputs,
}

impl Job {
    /// The first step of an action with a single output. `input` is checked.
    pub fn single(
        catalog: &Catalog,
        action: &Action,
        input: &Map<String, Value>,
        settings: &Settings,
    ) -> Result<Step, Error> {
        let (request, inputs) = request::single(catalog, action, input, settings)?;
        let job = Job::Single(Single { action: action.id.to_owned(), inputs });
        Ok(job.step(catalog, Command::Send(request)))
    }

    /// The step that asks the host for this; the job goes on with the reply.
    pub fn step(self, catalog: &Catalog, command: Command) -> Step {
        step(catalog, Progress::Suspended(command, self), |job| job)
    }
}

/// The next step of a call.
pub fn step<T>(catalog: &Catalog, progress: Progress<T>, job: impl Fn(T) -> Job) -> Step {
    progress.step(|rest| sealed(&tag(catalog), &job(rest)).into_bytes())
}

/// The next step of a connection test whose action is a flow.
pub fn tested(
    catalog: &Catalog,
    granted: Granted,
    progress: Progress<Box<Journal>>,
) -> Result<Step, Error> {
    Ok(match progress {
        Progress::Suspended(command, journal) => {
            Job::ConnectionTestFlow(granted, journal).step(catalog, command)
        }
        Progress::Done(Outcome { output, cursor }) => {
            let output = connection_test::flow_output(catalog, granted, &output)?;
            Step::Done(Outcome { output, cursor })
        }
    })
}

fn tag(catalog: &Catalog) -> String {
    format!("{}-{FORMAT}", catalog.id)
}

/// Goes on with a call from its checkpoint.
pub fn resume(
    definition: &'static Definition,
    checkpoint: &[u8],
    reply: Reply,
) -> Result<Step, Error> {
    let catalog = definition.catalog;
    let text = std::str::from_utf8(checkpoint).unwrap_or_default();
    let service = &catalog.service;
    let output = match opened(&tag(catalog), "checkpoint", text)? {
        Job::Single(Single { action, inputs }) => {
            let action = catalog.action(&action)?;
            single::read(service, action, &inputs, &delivered(service, reply)?)?
        }
        Job::Raw => raw::output(catalog, &delivered(service, reply)?)?,
        Job::ConnectionTest(granted) => {
            connection_test::output(catalog, granted, &delivered(service, reply)?)?
        }
        Job::Pages(pages) => {
            return Ok(step(catalog, pages.resume(catalog, reply)?, Job::Pages));
        }
        Job::ConnectionTestFlow(granted, journal) => {
            return tested(catalog, granted, flow::resume(definition, *journal, reply)?);
        }
        Job::Flow(journal) => {
            return Ok(step(catalog, flow::resume(definition, *journal, reply)?, Job::Flow));
        }
    };
    Ok(Step::Done(Outcome { output, cursor: None }))
}
