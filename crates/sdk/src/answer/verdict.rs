//! The outcome that an item of a batch states. It may state it in several members, of which the worst
//! counts.

use serde_json::{Map, Value, json};

use super::refusal::problem;
use super::state::State;
use crate::catalog::Service;

/// Members that are present and not empty when something went wrong.
const ERRORS: [&str; 13] = [
    "exception",
    "exceptions",
    "error",
    "errors",
    "error_code",
    "errorCode",
    "error_message",
    "error_messages",
    "errorMessage",
    "error_type",
    "failure",
    "failure_reason",
    "failures",
];
/// Of these, those that are also errors within an item's `data`.
const WITHIN: usize = 4;

#[derive(Debug, PartialEq)]
pub enum Verdict {
    /// It says that it was done.
    Done,
    /// It holds what was made and says nothing else.
    Silent,
    Waiting,
    /// The typed error.
    Failed(Value),
    /// Why nobody knows, as a typed error.
    Unknown(Value),
}

/// Judges an item. `error` is the JSON pointer where it should tell of errors.
pub fn judge(service: &Service, item: &Value, error: &str) -> Verdict {
    let Some(members) = item.as_object() else {
        return Verdict::Unknown(unknown(item, &no_result(service)));
    };
    if let Some(problem) = told(service, item, members, error) {
        return Verdict::Failed(problem);
    }
    let states: Vec<_> =
        members.iter().filter_map(|(name, value)| state(service, name, value)).collect();
    let has = |wanted: State| states.iter().find(|(state, _)| *state == wanted);
    if let Some((_, word)) = has(State::Failed) {
        return Verdict::Failed(failed(service, item, word));
    }
    if let Some((_, word)) = has(State::Unknown) {
        let why =
            format!("{} says {word}, of which nobody knows whether it was done", service.name);
        return Verdict::Unknown(unknown(item, &why));
    }
    if has(State::Waiting).is_some() {
        return Verdict::Waiting;
    }
    if has(State::Done).is_some() {
        return Verdict::Done;
    }
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    match members.values().all(empty) {
        true => {
            let why = format!("{}'s answer says nothing of it", service.name);
            Verdict::Unknown(unknown(item, &why))
        }
        false => Verdict::Silent,
    }
}

/// Why nobody knows what became of an input whose result is none.
pub fn no_result(service: &Service) -> String {
    format!("{}'s answer has no result here", service.name)
}

/// The error that an item of a list of successes has all the same.
pub fn told_anywhere(service: &Service, item: &Value) -> Option<Value> {
    told(service, item, item.as_object()?, "/")
}

fn told(
    service: &Service,
    item: &Value,
    members: &Map<String, Value>,
    error: &str,
) -> Option<Value> {
    let inner = item.get("data").and_then(Value::as_object);
    let named = |members: &Map<String, Value>, names: &[&str]| {
        names.iter().find_map(|name| problem(service, members.get(*name)))
    };
    problem(service, item.pointer(error))
        .or_else(|| named(members, &ERRORS))
        .or_else(|| inner.and_then(|inner| named(inner, &ERRORS[..WITHIN])))
}

/// What a member says, if it is one that tells a state, and its word.
fn state(service: &Service, name: &str, value: &Value) -> Option<(State, String)> {
    let is = |names: &[&str]| names.contains(&name);
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let word = |word: &str| Some((State::of(&service.states, word), word.to_owned()));
    match value {
        Value::Bool(done) if is(&["success", "succeeded", "successful", "ok", "processed"]) => {
            let state = if *done { State::Done } else { State::Failed };
            Some((state, format!("{name}: {done}")))
        }
        // Kinds are names for what it is, and some of them are for errors.
        Value::String(kind) if ends(&["_kind"]) => {
            word(kind).filter(|(state, _)| *state == State::Failed)
        }
        Value::Null => None,
        _ if !is(&["status", "state", "result", "outcome", "statusCode", "status_code"])
            && !ends(&["_status", "_state", "_result", "_outcome"]) =>
        {
            None
        }
        Value::String(text) => word(text),
        Value::Number(status) => {
            let state = match status.as_u64() {
                Some(200..300) => State::Done,
                Some(300..600) => State::Failed,
                _ => State::Unknown,
            };
            Some((state, status.to_string()))
        }
        Value::Bool(done) => {
            let state = if *done { State::Done } else { State::Failed };
            Some((state, done.to_string()))
        }
        Value::Object(members) => {
            let mut inner = members.iter().filter_map(|(name, value)| state(service, name, value));
            inner.next().or_else(|| match (members.get("code"), members.is_empty()) {
                (Some(code), _) => Some((State::Failed, format!("code {code}"))),
                (None, true) => None,
                (None, false) => Some((State::Unknown, value.to_string())),
            })
        }
        Value::Array(_) => Some((State::Unknown, value.to_string())),
    }
}

/// The typed error of what failed without further words.
pub fn failed(service: &Service, said: &Value, word: &str) -> Value {
    json!({
        "kind": "rejected", "code": "rejected", "message": format!("{} says {word}", service.name), "details": said,
    })
}

/// The typed error of what nobody knows the outcome of.
pub fn unknown(said: &Value, why: &str) -> Value {
    let mut error = json!({
        "kind": "unexpected", "code": "unknown-outcome", "message": why,
        "advice": "Look whether it was done before you send it again.",
    });
    if !said.is_null() {
        error["details"] = said.clone();
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::SERVICE;

    #[test]
    fn the_worst_that_an_item_says_counts() {
        let verdict = |item: Value| match judge(&SERVICE, &item, "/exceptions") {
            Verdict::Failed(error) => format!("failed: {}", error["message"].as_str().unwrap()),
            Verdict::Unknown(error) => format!("unknown: {}", error["message"].as_str().unwrap()),
            other => format!("{other:?}"),
        };
        let all = [
            (json!({ "data": { "id": "1", "status": "PAUSED" }, "exceptions": [] }), "Silent"),
            (
                json!({ "data": null, "exceptions": [] }),
                "unknown: Acme's answer says nothing of it",
            ),
            (json!({ "exceptions": [{ "code": 2, "message": "No" }] }), "failed: No"),
            (json!({ "data": { "exceptions": { "code": 2 } } }), "failed: code: 2"),
            (json!({ "status": "processed", "error_message": "" }), "Done"),
            (json!({ "status": "failed" }), "failed: Acme says failed"),
            (json!({ "status": "SUCCESS", "errors": [], "error_code": 7 }), "failed: error code 7"),
            (json!({ "status": "SUCCESS", "error_code": 0 }), "Done"),
            (
                json!({ "status": "SUCCESS", "upload_status": "FAILURE" }),
                "failed: Acme says FAILURE",
            ),
            (json!({ "item_id": "A", "status": "PROCESSING" }), "Waiting"),
            (json!({ "item_id": "A", "item_response_kind": "retail_item" }), "Silent"),
            (
                json!({ "item_id": "A", "item_response_kind": "retail_item_error" }),
                "failed: Acme says retail_item_error",
            ),
            (json!({ "id": "1", "status": { "statusCode": 204 } }), "Done"),
            (json!({ "id": "1", "status": { "code": 5 } }), "failed: Acme says code 5"),
            (json!({ "id": "1", "status": 404 }), "failed: Acme says 404"),
            (json!({ "id": "1", "success": false }), "failed: Acme says success: false"),
            (
                json!({ "status": "PARKED" }),
                "unknown: Acme says PARKED, of which nobody knows whether it was done",
            ),
            (json!({}), "unknown: Acme's answer says nothing of it"),
            (json!(3), "unknown: Acme's answer has no result here"),
            (json!(null), "unknown: Acme's answer has no result here"),
        ];
        for (item, wanted) in all {
            assert_eq!(verdict(item.clone()), wanted, "{item}");
        }
    }
}
