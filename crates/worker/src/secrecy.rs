//! What may not be journalled in clear.

use connector_host::{Call, Connector, Error, Mask};

/// Whether a call was given secrets, or some will come out of it, as its schemas say.
pub fn holds_secrets(connector: &Connector, call: &Call) -> Result<bool, Error> {
    let (input, output) = match call {
        Call::Action { id, .. } => {
            let action = connector.action(id)?;
            (action.input.clone(), action.output.clone())
        }
        Call::Poll { trigger, .. } => {
            let trigger = connector.trigger(trigger)?;
            (trigger.config.clone(), trigger.data.clone())
        }
        _ => return Ok(false),
    };
    Ok(!Mask::new(&input, call.json()).is_empty() || output.contains("\"x-secret\""))
}
