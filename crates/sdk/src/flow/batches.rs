//! Batch writes of any length, with as many requests as they need. Results are emitted page by page, one
//! for each input in the order of the inputs.

use serde_json::{Map, Value, json};

use super::{Flow, FlowResult, is_unknown};
use crate::answer::refusal::error_value;
use crate::answer::verdict::unknown;
use crate::catalog::{Kind, Type};
use crate::contract::{Error, FieldError};
use crate::error::{invalid_input, unexpected, without};
use crate::input::check;

/// A flow that runs the action that this one is `like`, in batches as large as it allows.
///
/// # Errors
///
/// `invalid-input` when no item is right; `unexpected` when the catalogue does not name the list.
pub fn many(flow: &mut Flow) -> FlowResult<Value> {
    let base = flow.action(flow.composed().required("like")?)?;
    let name = list(flow)?.0;
    let field = base.input.iter().find(|field| field.name == name);
    let most = match field.map(|field| &field.ty.kind) {
        Some(Kind::List { max, .. }) => *max as usize,
        _ => usize::MAX,
    };
    let mut common = flow.input().clone();
    let items = common.insert(name.to_owned(), Value::Null).unwrap_or_default();
    let items = items.as_array().map_or(&[][..], Vec::as_slice);
    flow.in_batches(base.id, &common, most, items, |item, _| (item.clone(), Vec::new()))
}

impl Flow {
    /// Calls the action `id` with at most `most` items in a request. The other members of the input
    /// are those of `common`; the items go into the field that the catalogue names as `each`.
    /// `written` turns an item, with its path, into what is sent, and says what is wrong with it. A
    /// wrong item fails alone and is not sent. Gives `{"items", "failed", "unknown"}`, all numbers.
    ///
    /// # Errors
    ///
    /// `invalid-input` when no item is right; `unexpected` when the catalogue names no such field.
    pub fn in_batches(
        &mut self,
        id: &str,
        common: &Map<String, Value>,
        most: usize,
        items: &[Value],
        written: impl Fn(&Value, &str) -> (Value, Vec<FieldError>),
    ) -> FlowResult<Value> {
        let (name, of) = list(self)?;
        let read = |index: usize| {
            let path = format!("{name}[{index}]");
            let mut faults = check::value(&items[index], of, &path);
            let (item, more) = written(&items[index], &path);
            faults.extend(more);
            if faults.is_empty() { Ok(item) } else { Err(faults) }
        };
        self.once("check", &|| {
            let mut faults = Vec::new();
            for index in 0..items.len() {
                match read(index) {
                    Ok(_) => return Ok(Value::Null),
                    Err(more) => faults.extend(more),
                }
            }
            without(faults).map(|()| Value::Null)
        })?;
        let (mut failed, mut unclear) = (0, 0);
        for first in (0..items.len()).step_by(most) {
            let batch = || first..items.len().min(first.saturating_add(most));
            let input = || {
                let good: Vec<_> = batch().filter_map(|index| read(index).ok()).collect();
                let mut input = common.clone();
                let is_one = !good.is_empty();
                input.insert(name.to_owned(), good.into());
                is_one.then_some(input)
            };
            let service = self.service().name;
            let page = self.call_and_emit(id, input, |outcome| {
                let (mut good, mut rows) = (Vec::new(), Vec::new());
                for index in batch() {
                    match read(index) {
                        Ok(_) => good.push(index),
                        Err(faults) => rows.push((index, refused(index, faults))),
                    }
                }
                results(service, outcome, &good, rows)
            })?;
            failed += page["failed"].as_u64().unwrap_or_default();
            unclear += page["unknown"].as_u64().unwrap_or_default();
        }
        Ok(json!({ "items": items.len(), "failed": failed, "unknown": unclear }))
    }
}

/// The result of an item that is wrong.
fn refused(index: usize, faults: Vec<FieldError>) -> Value {
    json!({ "index": index, "ok": false, "error": error_value(&invalid_input(faults)) })
}

/// The field whose items are read one by one, and what each of them is.
fn list(flow: &Flow) -> Result<(&'static str, &'static Type), Error> {
    let action = flow.action(flow.id())?;
    let field = action.input.iter().find(|field| Some(field.name) == action.each);
    match field.map(|field| (field.name, &field.ty.kind)) {
        Some((name, Kind::List { of, .. })) => Ok((name, of)),
        _ => {
            let message = format!("the catalogue names no list that {} reads", flow.id());
            Err(unexpected("invalid-catalog", message))
        }
    }
}

/// One result for each input, and how many failed, and of how many nobody knows. Those that were
/// sent stand at `sent` in the input; `rows` are the results of those that were not, each with its
/// place. A batch that was refused as a whole fails each of its inputs alike, unless nobody knows
/// whether it was done.
fn results(
    service: &str,
    outcome: Result<Value, Error>,
    sent: &[usize],
    mut rows: Vec<(usize, Value)>,
) -> (Vec<Value>, Value) {
    let inputs = sent.len();
    let listed = match outcome {
        Ok(answer) => match answer.get("results").and_then(Value::as_array) {
            Some(results) => results.clone(),
            _ if inputs == 0 => Vec::new(),
            _ => {
                let error = unknown(&answer, &format!("{service}'s answer has no results"));
                let result = json!({ "ok": false, "unknown": true, "error": error });
                vec![result; inputs]
            }
        },
        Err(error) => {
            let mut result = json!({ "ok": false });
            if is_unknown(&error) {
                result["unknown"] = true.into();
            }
            result["error"] = error_value(&error);
            vec![result; inputs]
        }
    };
    for (index, result) in listed.into_iter().enumerate() {
        let within = match result.get("index") {
            None => Some(index),
            Some(index) => index.as_u64().map(|index| index as usize),
        };
        let place = within.and_then(|within| sent.get(within).copied());
        let mut placed = Map::from_iter([("index".to_owned(), json!(place))]);
        let members = match result {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        placed.extend(members.into_iter().filter(|(name, _)| name != "index"));
        let before = |(known, _): &(usize, Value)| place.is_none_or(|place| *known <= place);
        let at = rows.iter().rposition(before).map_or(0, |last| last + 1);
        rows.insert(at, (place.unwrap_or(usize::MAX), Value::Object(placed)));
    }
    let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
    let failed = rows.iter().filter(|result| result["ok"] == false).count();
    let unclear = rows.iter().filter(|result| result["unknown"] == true).count();
    (rows, json!({ "failed": failed, "unknown": unclear }))
}
