//! The instances that a call runs on: one for each step, so that a call that waits holds a checkpoint and
//! nothing else.

use crate::call::Call;
use crate::connector::Connector;
use crate::contract::types::{Checkpoint, Json};
use crate::contract::{Context, Reply, Step};
use crate::error::Error;
use crate::instance::Instance;
use crate::turns::Party;

/// What a call needs to take steps. They are taken on instances of its own, which are made in
/// microseconds and gone before anything is waited for: one serves for a page and for the step after it, which
/// follows as soon as the page was passed on. Of a component whose instances are not made so soon, such as
/// one that brings a language's runtime, the call keeps the instance to its end.
///
/// A step whose instance traps or runs out of memory is given to a fresh one, once: all state is in the
/// checkpoint, so that what an instance has piled up since it was made does not count. Nothing is sent
/// between the two.
pub(crate) struct CallInstance<'a> {
    connector: &'a Connector,
    party: &'a Party,
    /// Who calls, and when it began.
    pub context: &'a Context,
    /// For the next step, where there is one.
    kept: Option<Instance>,
    /// Whether a step was taken before.
    begun: bool,
}

impl<'a> CallInstance<'a> {
    pub fn of(connector: &'a Connector, party: &'a Party, context: &'a Context) -> Self {
        CallInstance { connector, party, context, kept: None, begun: false }
    }

    /// Begins a call, as soon as there is room for an instance.
    pub async fn start(&mut self, call: &Call, settings: &Json) -> Result<Step, Error> {
        let context = self.context;
        self.step(|instance| instance.start(call, settings, context)).await
    }

    /// Goes on after a step, as soon as there is room for an instance.
    pub async fn resume(&mut self, checkpoint: &Checkpoint, reply: &Reply) -> Result<Step, Error> {
        self.step(|instance| instance.resume(checkpoint, reply)).await
    }

    /// Something is waited for that is no step.
    pub fn rest(&mut self) {
        if !self.connector.starts_slowly() {
            self.kept = None;
        }
    }

    async fn step(
        &mut self,
        step: impl Fn(&mut Instance) -> Result<Step, Error>,
    ) -> Result<Step, Error> {
        let mut instance = match self.kept.take() {
            Some(kept) => kept,
            None => self.connector.instance_for(self.party).await?,
        };
        if self.begun && !self.connector.starts_slowly() {
            // A runtime that has to start first it does not have.
            instance.expect_no_start();
        }
        self.begun = true;
        let mut result = step(&mut instance);
        if let Err(failure @ (Error::Trap(_) | Error::Memory(_))) = &result {
            tracing::debug!(%failure, "the step is given to a fresh instance");
            instance = self.connector.replaced(instance)?;
            result = step(&mut instance);
        }
        let follows = matches!(result, Ok(Step::Emit(_)));
        self.kept = (follows || self.connector.starts_slowly()).then_some(instance);
        result
    }
}
