//! What an id stands for: commands take actions, triggers and webhooks alike.

use connector_host::contract::{ErrorKind, actions, triggers};
use connector_host::{Connector, Error as HostError};

use crate::error::Error;
use crate::known;

/// An action, a trigger or a webhook.
pub enum Named {
    Action(actions::Description),
    Trigger(triggers::Description),
    Webhook(triggers::Description),
}

impl Named {
    /// The JSON Schema of what is filled in.
    pub fn schema(&self) -> &str {
        match self {
            Named::Action(description) => &description.input,
            Named::Trigger(description) | Named::Webhook(description) => &description.config,
        }
    }

    /// All of them are needed.
    pub fn scopes(&self) -> &[String] {
        match self {
            Named::Action(description) => &description.action.scopes,
            Named::Trigger(description) | Named::Webhook(description) => {
                &description.trigger.scopes
            }
        }
    }

    /// The error for an id that nothing has names those that are spelled alike.
    pub fn find(connector: &Connector, id: &str) -> Result<Self, Error> {
        let mut instance = connector.instantiate()?;
        let unknown = match instance.action(id) {
            Ok(action) => return Ok(Named::Action(action)),
            Err(HostError::Connector(error)) if error.kind == ErrorKind::InvalidInput => error,
            Err(other) => return Err(other.into()),
        };
        if let Ok(trigger) = instance.trigger(id) {
            return Ok(Named::Trigger(trigger));
        }
        match instance.webhook(id) {
            Ok(webhook) => Ok(Named::Webhook(webhook)),
            Err(_) => Err(known::nothing(connector, id, &unknown.code)?),
        }
    }
}
