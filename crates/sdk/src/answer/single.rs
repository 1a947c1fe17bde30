//! Reads an answer that is one thing.

use serde_json::Value;

use super::partial::Inputs;
use super::walk::zoned;
use super::{accepted, garbled, partial, refusal, shape};
use crate::catalog::{Action, Kind, Service};
use crate::contract::{Effect, Error, ErrorKind, Response};

/// The output of `action` as JSON. An answer with nothing, as to a deletion, is `null`, or an empty
/// object where the output is never null.
pub fn read(
    service: &Service,
    action: &Action,
    inputs: &Inputs,
    response: &Response,
) -> Result<String, Error> {
    output(service, action, inputs, response).map_err(|error| match (action.effect, error.kind) {
        (Effect::Read, _) => error,
        (_, ErrorKind::Unexpected) => {
            let advice = "Nobody knows whether it was done: look before you send it again.";
            Error { advice: Some(advice.to_owned()), ..error }
        }
        _ => error,
    })
}

fn output(
    service: &Service,
    action: &Action,
    inputs: &Inputs,
    response: &Response,
) -> Result<String, Error> {
    let mut text = match accepted(service, response, action.scopes) {
        Ok(text) => text,
        Err(error) => return refused(service, action, inputs, response, error),
    };
    if text.is_empty() {
        return nothing(service, action, response);
    }
    if !has_code(action)
        && !inputs.is_question()
        && let Some(error) = refusal::in_disguise(service, response, action.scopes)
    {
        return Err(error);
    }
    let sorted;
    if let Some(partial) = action.partial.filter(|_| !inputs.is_question()) {
        let answer =
            serde_json::from_str(text).map_err(|cause| garbled(service, response, cause))?;
        sorted = partial::read(service, partial, inputs, answer, response)?.to_string();
        text = &sorted;
    } else if let Some(fault) = shape::fault(text, action.output) {
        return Err(garbled(service, response, fault));
    }
    zoned(text, action.output).map_err(|cause| garbled(service, response, cause))
}

/// A refusal of a batch may tell of each of its inputs.
fn refused(
    service: &Service,
    action: &Action,
    inputs: &Inputs,
    response: &Response,
    error: Error,
) -> Result<String, Error> {
    let output = match error.kind {
        ErrorKind::Unauthenticated | ErrorKind::RateLimited => None,
        _ => action.partial.and_then(|it| partial::refused(service, it, inputs, response, &error)),
    };
    match output {
        Some(output) => zoned(&output.to_string(), action.output)
            .map_err(|cause| garbled(service, response, cause)),
        None => Err(error),
    }
}

fn nothing(service: &Service, action: &Action, response: &Response) -> Result<String, Error> {
    match (action.output.nullable, action.partial, &action.output.kind) {
        (true, ..) | (_, None, Kind::Any) => Ok("null".to_owned()),
        (_, None, Kind::Object { .. }) => Ok("{}".to_owned()),
        _ => Err(garbled(service, response, "it is empty")),
    }
}

/// What is taken of an output: a value, unless it holds what no value can.
pub fn value(service: &Service, output: &str, response: &Response) -> Result<Value, Error> {
    serde_json::from_str(output).map_err(|cause| garbled(service, response, cause))
}

/// Whether a `code` is an ordinary part of the output.
fn has_code(action: &Action) -> bool {
    matches!(action.output.kind, Kind::Object { fields, .. } if fields.iter().any(|field| field.name == "code"))
}
