//! The instance that a call runs on. When it crashes, another one takes its place.

use crate::call::Call;
use crate::connector::Connector;
use crate::contract::types::{Checkpoint, Json};
use crate::contract::{Context, Reply, Step};
use crate::error::Error;
use crate::instance::Instance;

/// An instance, and the connector to make another one of. A step whose instance traps or runs out of
/// memory is given to a fresh one, once: all state is in the checkpoint, so that what an instance has
/// piled up since it was made does not count. Nothing is sent between the two.
pub(crate) struct CallInstance<'a> {
    connector: &'a Connector,
    /// There, but for a moment in which one takes the place of another.
    instance: Option<Instance>,
}

impl<'a> CallInstance<'a> {
    /// One of the connector's, as soon as one is free.
    pub async fn of(connector: &'a Connector) -> Result<Self, Error> {
        let instance = Some(connector.instance().await?);
        Ok(CallInstance { connector, instance })
    }

    /// Begins a call.
    pub fn start(
        &mut self,
        call: &Call,
        settings: &Json,
        context: &Context,
    ) -> Result<Step, Error> {
        self.step(|instance| instance.start(call, settings, context))
    }

    /// Goes on after a step.
    pub fn resume(&mut self, checkpoint: &Checkpoint, reply: &Reply) -> Result<Step, Error> {
        self.step(|instance| instance.resume(checkpoint, reply))
    }

    fn step(&mut self, step: impl Fn(&mut Instance) -> Result<Step, Error>) -> Result<Step, Error> {
        let first = self.instance.as_mut().map_or_else(|| Err(Error::trap("it is gone")), &step);
        let Err(failure @ (Error::Trap(_) | Error::Memory(_))) = first else { return first };
        let Some(spent) = self.instance.take() else { return Err(failure) };
        tracing::debug!(%failure, "the step is given to a fresh instance");
        let fresh = self.connector.replaced(spent)?;
        step(self.instance.insert(fresh))
    }
}
