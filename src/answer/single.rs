//! Reads an answer that is one thing.

use serde_json::value::RawValue;

use super::time::write_zoned;
use super::{accepted, garbled, refusal};
use crate::catalog::{Action, Kind};
use crate::contract::{Error, Response};

/// The output of `action` as JSON; `null` when Pinterest answers with nothing, as it does to a
/// deletion.
pub fn read(action: &Action, response: &Response) -> Result<String, Error> {
    let text = accepted(response, action.scopes)?;
    if text.is_empty() {
        return Ok("null".to_owned());
    }
    let raw: &RawValue = serde_json::from_str(text).map_err(|cause| garbled(response, cause))?;
    if !has_code(action)
        && let Some(error) = refusal::in_disguise(response, action.scopes)
    {
        return Err(error);
    }
    let mut output = String::with_capacity(text.len() + 8);
    write_zoned(raw, action.output, &mut output);
    Ok(output)
}

/// Whether a `code` is an ordinary part of the output.
fn has_code(action: &Action) -> bool {
    matches!(action.output.kind, Kind::Object { fields, .. } if fields.iter().any(|field| field.name == "code"))
}
