//! Batch writes of any length: what one request does for a few, for as many as there are. Results
//! come page by page, one for each input and in its order.

use serde_json::{Map, Value, json};

use super::place;
use crate::answer::refusal::told;
use crate::answer::verdict::unknown;
use crate::catalog::{Action, Kind, Place};
use crate::flow::{Flow, Part, is_unknown};
use crate::run::action;

/// Runs the action that this one is `like`, in batches as large as it allows.
pub fn run(flow: &mut Flow) -> Part<Value> {
    let base = base(flow.id());
    let base = action(&base)?;
    let (name, most) = list(base);
    let mut common = flow.input.clone();
    let items = common.insert(name.to_owned(), Value::Null).unwrap_or_default();
    let items = items.as_array().map_or(&[][..], Vec::as_slice);
    in_batches(flow, base.id, &common, name, most, items, Value::clone)
}

/// Sends the items, as many in a request as it takes, in the field `name` of a `common` input.
/// `written` makes of an item what is sent.
pub fn in_batches(
    flow: &mut Flow,
    id: &str,
    common: &Map<String, Value>,
    name: &str,
    most: usize,
    items: &[Value],
    written: impl Fn(&Value) -> Value,
) -> Part<Value> {
    let (mut failed, mut unclear) = (0, 0);
    for (batch, items_of) in items.chunks(most).enumerate() {
        let input = || {
            let mut input = common.clone();
            input.insert(name.to_owned(), items_of.iter().map(&written).collect());
            input
        };
        let page = flow
            .call_and_emit(id, input, |outcome| results(outcome, items_of.len(), batch * most))?;
        failed += page["failed"].as_u64().unwrap_or_default();
        unclear += page["unknown"].as_u64().unwrap_or_default();
    }
    Ok(json!({ "items": items.len(), "failed": failed, "unknown": unclear }))
}

/// `campaigns.create_many` is many of `campaigns.create`.
fn base(id: &str) -> String {
    id.trim_end_matches("_many").to_owned()
}

/// The field that is the list, and how many items a request may have.
fn list(base: &Action) -> (&'static str, usize) {
    let mut lists = base.input.iter().filter_map(|field| match field.ty.kind {
        Kind::List { max, .. } if field.about.place != Place::Path => Some((field, max)),
        _ => None,
    });
    let whole = lists.clone().find(|(field, _)| field.about.place == Place::WholeBody);
    let (field, max) = whole.or_else(|| lists.next_back()).expect("the catalogue names a batch");
    (field.name, max as usize)
}

/// One result for each input, and how many failed, and of how many nobody knows. A batch that was
/// refused as a whole fails each of its inputs alike, unless nobody knows whether it was done.
fn results(
    outcome: Result<Value, crate::contract::Error>,
    inputs: usize,
    first: usize,
) -> (Vec<Value>, Value) {
    let listed = match outcome {
        Ok(answer) => match answer.get("results").and_then(Value::as_array) {
            Some(results) => results.clone(),
            _ => {
                let error = unknown(&answer, "Pinterest's answer has no results");
                let result = json!({ "ok": false, "unknown": true, "error": error });
                vec![result; inputs]
            }
        },
        Err(error) => {
            let mut result = json!({ "ok": false });
            if is_unknown(&error) {
                result["unknown"] = true.into();
            }
            result["error"] = told(&error);
            vec![result; inputs]
        }
    };
    let failed = listed.iter().filter(|result| result["ok"] == false).count();
    let unclear = listed.iter().filter(|result| result["unknown"] == true).count();
    let placed = |(index, result): (usize, Value)| {
        let within = match result.get("index") {
            None => Some(index),
            Some(index) => index.as_u64().map(|index| index as usize),
        };
        let mut placed = place::object(json!({ "index": within.map(|within| first + within) }));
        placed.extend(place::object(result).into_iter().filter(|(name, _)| name != "index"));
        Value::Object(placed)
    };
    let counts = json!({ "failed": failed, "unknown": unclear });
    (listed.into_iter().enumerate().map(placed).collect(), counts)
}
