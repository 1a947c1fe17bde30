//! Reads an answer that is one thing.

use serde_json::Value;
use serde_json::value::RawValue;

use super::time::write_zoned;
use super::{accepted, garbled, partial, refusal};
use crate::catalog::{Action, Kind};
use crate::contract::{Error, Response};

/// The output of `action` as JSON; `null` when Pinterest answers with nothing, as it does to a
/// deletion. `inputs` are the fingerprints of a batch.
pub fn read(action: &Action, inputs: &[Value], response: &Response) -> Result<String, Error> {
    let text = accepted(response, action.scopes)?;
    if text.is_empty() {
        return Ok("null".to_owned());
    }
    let mut raw: &RawValue =
        serde_json::from_str(text).map_err(|cause| garbled(response, cause))?;
    if !has_code(action)
        && let Some(error) = refusal::in_disguise(response, action.scopes)
    {
        return Err(error);
    }
    let sorted;
    if let Some(partial) = action.partial {
        let answer = serde_json::from_str(text).map_err(|cause| garbled(response, cause))?;
        let output = partial::read(partial, inputs, answer, response)?;
        sorted =
            serde_json::value::to_raw_value(&output).map_err(|cause| garbled(response, cause))?;
        raw = &sorted;
    }
    let mut output = String::with_capacity(text.len() + 8);
    write_zoned(raw, action.output, &mut output);
    Ok(output)
}

/// Whether a `code` is an ordinary part of the output.
fn has_code(action: &Action) -> bool {
    matches!(action.output.kind, Kind::Object { fields, .. } if fields.iter().any(|field| field.name == "code"))
}
