//! Reads an answer that is one thing.

use serde_json::Value;

use super::time::zoned;
use super::{accepted, garbled, partial, refusal};
use crate::catalog::{Action, Kind};
use crate::contract::{Error, Response};

/// The output of `action` as JSON; `null` when Pinterest answers with nothing, as it does to a
/// deletion. `inputs` are the fingerprints of a batch.
pub fn read(action: &Action, inputs: &[Value], response: &Response) -> Result<String, Error> {
    let mut text = accepted(response, action.scopes)?;
    if text.is_empty() {
        return Ok("null".to_owned());
    }
    if !has_code(action)
        && let Some(error) = refusal::in_disguise(response, action.scopes)
    {
        return Err(error);
    }
    let sorted;
    if let Some(partial) = action.partial {
        let answer = serde_json::from_str(text).map_err(|cause| garbled(response, cause))?;
        sorted = partial::read(partial, inputs, answer, response)?.to_string();
        text = &sorted;
    }
    zoned(text, action.output).map_err(|cause| garbled(response, cause))
}

/// Whether a `code` is an ordinary part of the output.
fn has_code(action: &Action) -> bool {
    matches!(action.output.kind, Kind::Object { fields, .. } if fields.iter().any(|field| field.name == "code"))
}
