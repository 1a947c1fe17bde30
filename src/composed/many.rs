//! Batch writes of any length: what one request does for a few, for as many as there are. Results
//! come page by page, one for each input and in its order.

use serde_json::{Map, Value, json};

use super::place;
use crate::catalog::{Action, Kind, Place};
use crate::error::word;
use crate::flow::{Flow, Part};
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
    let mut failed = 0;
    for (batch, items_of) in items.chunks(most).enumerate() {
        let input = || {
            let mut input = common.clone();
            input.insert(name.to_owned(), items_of.iter().map(&written).collect());
            input
        };
        let page = flow
            .call_and_emit(id, input, |outcome| results(outcome, items_of.len(), batch * most))?;
        failed += page.as_u64().unwrap_or_default();
    }
    Ok(json!({ "items": items.len(), "failed": failed }))
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

/// One result for each input, and how many failed. A batch that was refused as a whole fails each
/// of its inputs alike.
fn results(
    outcome: Result<Value, crate::contract::Error>,
    inputs: usize,
    first: usize,
) -> (Vec<Value>, Value) {
    let listed = match outcome {
        Ok(mut answer) => match answer["results"].take() {
            Value::Array(results) => results,
            _ => (0..inputs).map(|_| json!({ "ok": true })).collect(),
        },
        Err(error) => {
            let said = json!({
                "kind": word(error.kind), "code": error.code, "message": error.message,
                "advice": error.advice, "fields": fields(&error),
            });
            (0..inputs).map(|_| json!({ "ok": false, "error": said })).collect()
        }
    };
    let failed = listed.iter().filter(|result| result["ok"] == false).count();
    let placed = |(index, result): (usize, Value)| {
        let within = result["index"].as_u64().map_or(index, |index| index as usize);
        let mut placed = place::object(json!({ "index": first + within }));
        placed.extend(place::object(result).into_iter().filter(|(name, _)| name != "index"));
        Value::Object(placed)
    };
    (listed.into_iter().enumerate().map(placed).collect(), failed.into())
}

fn fields(error: &crate::contract::Error) -> Vec<Map<String, Value>> {
    let field = |fault: &crate::contract::FieldError| {
        Map::from_iter([
            ("path".to_owned(), fault.path.clone().into()),
            ("message".to_owned(), fault.message.clone().into()),
        ])
    };
    error.fields.iter().map(field).collect()
}
