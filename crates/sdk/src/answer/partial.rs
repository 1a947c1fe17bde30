//! Answers to batches, in which some inputs may have failed under a status that says success, and
//! others may have been done under one that says failure.
//!
//! The output is the same for all operations: `results`, one for each input in the order of the inputs,
//! with its `data` or its `error`; `failed`, how many are not known to have been done; and `unknown`,
//! how many of these may have been done. A batch that was refused as a whole also has `refusal`.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::counts;
use super::garbled;
use super::outcome::{Outcome, from_state, output};
use super::refusal::{self, problem};
use super::state::State;
use super::verdict::{judge, no_result, told_anywhere, unknown};
use crate::catalog::{Partial, Service};
use crate::contract::{Error, Response};

/// The largest number of inputs of one request. A larger number is not of this connector's making.
const MOST: usize = 100_000;

/// What must be remembered of an input to read the answer. For a batch: the number of inputs or, where
/// the answer does not keep their order, the texts of each. For a question: `true`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Inputs(Value);

impl Inputs {
    pub fn is_empty(&self) -> bool {
        self.0.is_null()
    }

    /// The inputs of a request with this body.
    pub fn of(partial: Partial, body: Option<&Value>) -> Inputs {
        let list = match body {
            Some(Value::Array(items)) => Some(items),
            Some(Value::Object(members)) => members.values().find_map(Value::as_array),
            _ => None,
        };
        Inputs(match (partial, list) {
            (Partial::Each { several: false, .. }, Some(list)) => list.len().into(),
            (Partial::Matched { .. }, Some(list)) => list.iter().map(texts).collect(),
            _ => Value::Null,
        })
    }

    /// For a call that only asks whether it would work.
    pub fn question() -> Inputs {
        Inputs(Value::Bool(true))
    }

    pub fn is_question(&self) -> bool {
        self.0 == Value::Bool(true)
    }

    /// How many there are, where each has a result of its own.
    fn count(&self) -> Option<usize> {
        let count = match &self.0 {
            Value::Array(texts) => texts.len(),
            count => count.as_u64()? as usize,
        };
        (count <= MOST).then_some(count)
    }

    fn texts(&self) -> &[Value] {
        self.0.as_array().map_or(&[], Vec::as_slice)
    }
}

/// The members of an input that are texts, as an object: its result is recognized by them. An input
/// that is no object is given back as it is.
pub fn texts(input: &Value) -> Value {
    match input {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| value.is_string())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect(),
        other => other.clone(),
    }
}

/// The output for the answer to a batch.
pub(crate) fn read(
    service: &Service,
    partial: Partial,
    inputs: &Inputs,
    answer: Value,
    response: &Response,
) -> Result<Value, Error> {
    match (partial, answer) {
        (Partial::Whole { error }, answer @ Value::Object(_)) => {
            let problem = problem(service, answer.pointer(error))
                .or_else(|| told_anywhere(service, &answer))
                .or_else(|| {
                    (answer["success"] == false).then(
                        || json!({ "message": format!("{} says success: false", service.name) }),
                    )
                });
            match problem {
                Some(problem) => Err(refusal::whole(service, response, &problem)),
                None => Ok(answer),
            }
        }
        (Partial::Each { items, error, .. }, answer) => {
            let (list, envelope) = split(answer, items)
                .ok_or_else(|| garbled(service, response, format!("it has no {}", named(items))))?;
            Ok(settled(service, inputs, each(service, &list, error), envelope, None))
        }
        (Partial::Matched { errors }, Value::Object(mut envelope)) => {
            let holds = |value: &Value| value.is_array() || value.is_object() || value.is_string();
            if !envelope.values().any(holds) {
                return Err(garbled(service, response, "it has no results"));
            }
            let errors = match envelope.shift_remove(errors) {
                Some(Value::Array(errors)) => errors,
                // Said of all, or of nobody knows whom.
                other => other
                    .filter(|said| problem(service, Some(said)).is_some())
                    .into_iter()
                    .collect(),
            };
            let list = envelope.iter().find(|(_, value)| value.is_array());
            let name = list.map(|(name, _)| name.clone());
            let (successes, all) = match name.and_then(|name| envelope.shift_remove(&name)) {
                Some(Value::Array(items)) => (items, inputs.clone()),
                // Only what failed is listed one by one.
                _ => (Vec::new(), Inputs::default()),
            };
            let outcomes = matched(service, inputs.texts(), successes, errors);
            Ok(settled(service, &all, outcomes, envelope, None))
        }
        (Partial::Whole { .. }, _) => Err(garbled(service, response, "it is no object")),
        (Partial::Matched { .. }, _) => Err(garbled(service, response, "it has no results")),
    }
}

/// The output for a refusal of the whole batch, where it tells what became of the inputs; none where
/// nothing was done for any.
pub(crate) fn refused(
    service: &Service,
    partial: Partial,
    inputs: &Inputs,
    response: &Response,
    error: &Error,
) -> Option<Value> {
    let Partial::Each { items, error: pointer, .. } = partial else { return None };
    let count = inputs.count().filter(|_| (400..500).contains(&response.status))?;
    let mut body: Value = serde_json::from_slice(&response.body).ok()?;
    let mut refusal = refusal::error_value(&Error { details: None, ..error.clone() });
    for name in ["details", "data", "error"] {
        let Some(inner) = body.get(name).cloned() else { continue };
        if let Some((outcomes, envelope)) = listed(service, inner, items, pointer, count) {
            body.as_object_mut()?.shift_remove(name);
            refusal["details"] = body;
            return Some(settled(service, inputs, outcomes, envelope, Some(refusal)));
        }
    }
    let (outcomes, envelope) = listed(service, body, items, pointer, count)?;
    Some(settled(service, inputs, outcomes, envelope, Some(refusal)))
}

/// The outcomes that a part of a refusal tells, and what else it has: those listed, or none at all
/// where it only counts that some were done.
fn listed(
    service: &Service,
    said: Value,
    items: &str,
    pointer: &str,
    count: usize,
) -> Option<(Vec<Outcome>, Map<String, Value>)> {
    // A list without a name may be one of faults instead.
    let fits = said.as_array().is_none_or(|list| items.is_empty() && list.len() == count);
    let counts = said.as_object().map(counts::Counts::of).unwrap_or_default();
    if let Some((list, envelope)) = split(said.clone(), items).filter(|_| fits) {
        let outcomes = each(service, &list, pointer);
        if outcomes.iter().any(|outcome| outcome.says_so) {
            return Some((outcomes, envelope));
        }
    }
    match said {
        Value::Object(envelope) if counts.done > Some(0) => Some((Vec::new(), envelope)),
        _ => None,
    }
}

/// The list of this name, or the answer itself where it has none, and what else there is.
fn split(answer: Value, items: &str) -> Option<(Vec<Value>, Map<String, Value>)> {
    match answer {
        Value::Array(list) => Some((list, Map::new())),
        Value::Object(mut envelope) => {
            match envelope.shift_remove(if items.is_empty() { "items" } else { items }) {
                Some(Value::Array(list)) => Some((list, envelope)),
                // A job that has only begun has none yet.
                None | Some(Value::Null)
                    if envelope.get("status").is_some_and(Value::is_string) =>
                {
                    Some((Vec::new(), envelope))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn named(items: &str) -> &str {
    if items.is_empty() { "items" } else { items }
}

/// The output of these outcomes, when what the answer says as a whole has been held against them.
fn settled(
    service: &Service,
    inputs: &Inputs,
    mut outcomes: Vec<Outcome>,
    envelope: Map<String, Value>,
    refusal: Option<Value>,
) -> Value {
    let state = envelope.get("status").and_then(Value::as_str);
    let (state, word) = match (&refusal, state) {
        (Some(_), _) => (Some(State::Unknown), "that it refused the batch"),
        (None, Some(word)) => (Some(State::of(&service.states, word)), word),
        (None, None) => (None, ""),
    };
    outcomes.iter_mut().for_each(|outcome| outcome.settle(service, state, word));
    complete(service, inputs, &mut outcomes, state, word);
    counts::reconcile(service, &counts::Counts::of(&envelope), inputs.count(), &mut outcomes);
    if let Some(refusal) = &refusal {
        let about = |name: &str| refusal.get(name).cloned();
        for error in outcomes.iter_mut().filter_map(|outcome| outcome.error.as_mut()) {
            for name in ["status", "request_id", "details"] {
                if let Some(value) = about(name).filter(|_| error.get(name).is_none()) {
                    error[name] = value;
                }
            }
        }
    }
    output(envelope, outcomes, refusal)
}

/// Adds the inputs of which the answer says nothing. When it lists fewer than were sent, nobody knows
/// whose outcomes those are that it does list, unless it has told by their values.
fn complete(
    service: &Service,
    inputs: &Inputs,
    outcomes: &mut Vec<Outcome>,
    state: Option<State>,
    word: &str,
) {
    let nothing = || match state {
        Some(state @ (State::Failed | State::Waiting)) => from_state(service, state, word),
        _ => unknown_outcome(service),
    };
    let Some(count) = inputs.count() else {
        // A job that has failed before it came to any item.
        if outcomes.is_empty() && state == Some(State::Failed) {
            outcomes.push(Outcome { index: None, ..nothing() });
        }
        return;
    };
    let missing = count.saturating_sub(outcomes.len());
    if missing == 0 {
        return;
    }
    let in_order = inputs.texts().is_empty();
    if in_order {
        outcomes.iter_mut().for_each(|outcome| outcome.index = None);
    }
    let free: Vec<usize> = (0..count)
        .filter(|index| outcomes.iter().all(|outcome| outcome.index != Some(*index)))
        .collect();
    let is_told = free.len() == missing;
    outcomes.extend(
        (0..missing).map(|place| Outcome { index: is_told.then(|| free[place]), ..nothing() }),
    );
}

/// The result, `{"ok", "error", …}`, of an input that the answer of a job in this state does not
/// mention. `state` is the service's word for the state.
pub fn silent(service: &Service, state: &Value) -> Value {
    let word = state.as_str().unwrap_or("nothing");
    let outcome = match State::of(&service.states, word) {
        State::Failed => from_state(service, State::Failed, word),
        _ => unknown_outcome(service),
    };
    let mut output = output(Map::new(), vec![outcome], None);
    output["results"][0].take()
}

fn unknown_outcome(service: &Service) -> Outcome {
    let why = format!(
        "{}'s answer says nothing of it, so nobody knows whether it was done",
        service.name
    );
    Outcome::unknown(None, unknown(&Value::Null, &why))
}

/// The answer lists the inputs in their order, each with its error.
fn each(service: &Service, items: &[Value], error: &str) -> Vec<Outcome> {
    let outcome = |(index, item): (usize, &Value)| {
        let verdict = judge(service, item, error);
        let (mut data, mut rest) = (item.clone(), Map::new());
        if let Some(members) = data.as_object_mut() {
            members.shift_remove(error.trim_start_matches('/'));
            if let Some(inner) = members.shift_remove("data") {
                rest = std::mem::take(members);
                data = inner;
            }
        }
        Outcome { data, rest, ..Outcome::of(Some(index), verdict) }
    };
    items.iter().enumerate().map(outcome).collect()
}

/// The answer lists successes and errors apart; each input is known by its own values.
fn matched(
    service: &Service,
    inputs: &[Value],
    mut successes: Vec<Value>,
    mut errors: Vec<Value>,
) -> Vec<Outcome> {
    let failure = |index, mut error: Value| {
        let data = match &mut error {
            Value::Object(members) => members.shift_remove("data").unwrap_or_default(),
            _ => Value::Null,
        };
        let said = problem(service, Some(&error));
        let error = said.or_else(|| {
            problem(service, Some(&format!("{} does not say why", service.name).into()))
        });
        Outcome { data, ..Outcome::failed(index, error.unwrap_or_default()) }
    };
    let success = |index, data: Value| match (&data, told_anywhere(service, &data)) {
        (_, Some(error)) => Outcome { data, ..Outcome::failed(index, error) },
        (Value::Object(_) | Value::String(_), None) => Outcome { data, ..Outcome::done(index) },
        _ => {
            let why = no_result(service);
            Outcome { index, ..Outcome::unknown(None, unknown(&data, &why)) }
        }
    };
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

/// Whether `found` is about `input`: it shares a value with it and contradicts none.
pub fn fits(input: &Value, found: &Value) -> bool {
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
