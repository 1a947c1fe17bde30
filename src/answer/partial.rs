//! Answers to batches, in which some inputs may have failed under a status that says success.
//! Whatever way an operation has of saying so, the output is the same: `results`, one for each
//! input and in its order, with its `data` or its `error`; and `failed`, how many failed.

use serde_json::{Map, Value, json};

use super::refusal;
use crate::catalog::Partial;
use crate::contract::{Error, Response};

/// The output for `answer`. `inputs` are the fingerprints of the inputs.
pub fn read(
    partial: Partial,
    inputs: &[Value],
    answer: Value,
    response: &Response,
) -> Result<Value, Error> {
    match (partial, answer) {
        (Partial::Whole { error }, answer) => match refusal::problem(answer.pointer(error)) {
            Some(problem) => Err(refusal::whole(response, &problem)),
            None => Ok(answer),
        },
        (Partial::Each { error, .. }, Value::Array(items)) => {
            Ok(output(Map::new(), each(items, error)))
        }
        (Partial::Each { items, error }, Value::Object(mut envelope)) => {
            let items = take_list(&mut envelope, items);
            Ok(output(envelope, each(items, error)))
        }
        (Partial::Matched { errors }, Value::Object(mut envelope)) => {
            let errors = take_list(&mut envelope, errors);
            let name =
                envelope.iter().find(|(_, value)| value.is_array()).map(|(name, _)| name.clone());
            let successes = name.map_or_else(Vec::new, |name| take_list(&mut envelope, &name));
            Ok(output(envelope, matched(inputs, successes, errors)))
        }
        (_, answer) => Ok(answer),
    }
}

/// What must be remembered of a batch's inputs to know their results again: their texts. Nothing
/// where the answer keeps the order by itself.
pub fn fingerprints(partial: Partial, body: Option<&Value>) -> Vec<Value> {
    let Partial::Matched { .. } = partial else { return Vec::new() };
    let members = body.and_then(Value::as_object).into_iter().flat_map(Map::values);
    let inputs = members.filter_map(Value::as_array).next();
    let fingerprint = |input: &Value| match input {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| value.is_string())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        other => other.clone(),
    };
    inputs.into_iter().flatten().map(fingerprint).collect()
}

/// What came of one input.
struct Outcome {
    /// Its place in the input; absent when Pinterest does not say whose outcome it is.
    index: Option<usize>,
    data: Value,
    error: Option<Value>,
    /// What else the answer says of it.
    rest: Map<String, Value>,
}

/// The answer lists the inputs in their order, each with its error.
fn each(items: Vec<Value>, error: &str) -> Vec<Outcome> {
    let outcome = |(index, mut item): (usize, Value)| {
        let problem = refusal::problem(item.pointer(error));
        let mut rest = Map::new();
        if let Some(members) = item.as_object_mut() {
            members.shift_remove(error.trim_start_matches('/'));
            if let Some(data) = members.shift_remove("data") {
                rest = std::mem::take(members);
                item = data;
            }
        }
        Outcome { index: Some(index), data: item, error: problem, rest }
    };
    items.into_iter().enumerate().map(outcome).collect()
}

/// The answer lists successes and errors apart; each input is known by its own values.
fn matched(inputs: &[Value], mut successes: Vec<Value>, mut errors: Vec<Value>) -> Vec<Outcome> {
    let failure = |index, mut error: Value| {
        let data = match &mut error {
            Value::Object(members) => members.shift_remove("data").unwrap_or_default(),
            _ => Value::Null,
        };
        let said = refusal::problem(Some(&error));
        let error = said.or_else(|| refusal::problem(Some(&json!("Pinterest does not say why"))));
        Outcome { index, data, error, rest: Map::new() }
    };
    let success = |index, data| Outcome { index, data, error: None, rest: Map::new() };
    let mut outcomes = Vec::new();
    for (index, input) in inputs.iter().enumerate() {
        if let Some(place) =
            errors.iter().position(|error| fits(input, error.get("data").unwrap_or(error)))
        {
            outcomes.push(failure(Some(index), errors.remove(place)));
        } else if let Some(place) = successes.iter().position(|item| fits(input, item)) {
            outcomes.push(success(Some(index), successes.remove(place)));
        }
    }
    outcomes.extend(successes.into_iter().map(|item| success(None, item)));
    outcomes.extend(errors.into_iter().map(|error| failure(None, error)));
    outcomes
}

/// Whether `found` speaks of `input`: it holds one of its values, and contradicts none.
fn fits(input: &Value, found: &Value) -> bool {
    let holds = |value: &Value| match found {
        Value::Object(members) => members.values().any(|member| member == value),
        other => other == value,
    };
    match input {
        Value::Object(members) => {
            let agrees = |(name, value): (&String, &Value)| {
                found.get(name).is_none_or(|member| member == value)
            };
            members.iter().all(agrees) && members.values().any(holds)
        }
        value => holds(value),
    }
}

fn take_list(envelope: &mut Map<String, Value>, name: &str) -> Vec<Value> {
    match envelope.shift_remove(name) {
        Some(Value::Array(items)) => items,
        _ => Vec::new(),
    }
}

fn output(mut envelope: Map<String, Value>, outcomes: Vec<Outcome>) -> Value {
    let failed = outcomes.iter().filter(|outcome| outcome.error.is_some()).count();
    let result = |outcome: Outcome| {
        let mut result = outcome.rest;
        result.insert("index".to_owned(), json!(outcome.index));
        result.insert("ok".to_owned(), outcome.error.is_none().into());
        result.insert("data".to_owned(), outcome.data);
        if let Some(error) = outcome.error {
            result.insert("error".to_owned(), error);
        }
        Value::Object(result)
    };
    envelope.insert("results".to_owned(), outcomes.into_iter().map(result).collect());
    envelope.insert("failed".to_owned(), failed.into());
    Value::Object(envelope)
}
