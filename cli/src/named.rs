//! What an id stands for: commands take actions and triggers alike.

use connector_host::Connector;
use connector_host::Failure;
use connector_host::contract::{ErrorKind, actions, triggers};

use crate::error::Error;

/// An action or a trigger.
pub enum Named {
    Action(actions::Description),
    Trigger(triggers::Description),
}

impl Named {
    /// All of them are needed.
    pub fn scopes(&self) -> &[String] {
        match self {
            Named::Action(description) => &description.action.scopes,
            Named::Trigger(description) => &description.trigger.scopes,
        }
    }

    /// Fails with what the connector says about an unknown action when there is neither.
    pub fn find(connector: &Connector, id: &str) -> Result<Self, Error> {
        let mut instance = connector.instantiate()?;
        let unknown = match instance.action(id) {
            Ok(action) => return Ok(Named::Action(action)),
            Err(Failure::Connector(error)) if error.kind == ErrorKind::InvalidInput => error,
            Err(other) => return Err(other.into()),
        };
        match instance.trigger(id) {
            Ok(trigger) => Ok(Named::Trigger(trigger)),
            Err(_) => Err(Failure::Connector(unknown).into()),
        }
    }
}
