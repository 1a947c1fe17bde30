//! Figures of any number of things over a span of days that may be named: Pins, the account, and
//! campaigns, ad groups, ads and product groups.

use serde_json::{Map, Value, json};

use super::period;
use connector_sdk::catalog::{Action, Kind, Listing};
use connector_sdk::checkpoint::damaged;
use connector_sdk::contract::{Error, FieldError};
use connector_sdk::error::without;
use connector_sdk::flow::{Flow, FlowResult};

/// Days back that figures reach. Reports reach further.
const BACK: i64 = 90;

/// Emits an item for each thing, or for each thing and day as Pinterest gives it; the output is the
/// span.
pub fn run(flow: &mut Flow) -> FlowResult<Value> {
    let composed = flow.composed();
    let base = flow.action(composed.required("like")?)?;
    let Some(span) = period::of(flow)? else {
        let fault = |name: &str| FieldError {
            path: name.to_owned(),
            message: "must be given, or period".to_owned(),
        };
        return Err(without(vec![fault("start_date"), fault("end_date")]).unwrap_err().into());
    };
    let span = span.within(BACK, "these figures")?;
    let mut input = flow.fitting(base.id, flow.input())?;
    input.insert("start_date".to_owned(), span.first.to_string().into());
    input.insert("end_date".to_owned(), span.last.to_string().into());
    let mut rows = 0;
    for input in batches(base.input, composed.parameter("ids"), input) {
        let items = flow.call_and_emit(
            base.id,
            || Some(input.clone()),
            |outcome| match outcome {
                Ok(answer) => {
                    let items = items(answer, base, composed.parameter("keyed_by"));
                    let count = items.len();
                    (items, json!(count))
                }
                Err(error) => (Vec::new(), json!(error)),
            },
        )?;
        match items.as_u64() {
            Some(count) => rows += count,
            None => return Err(refused(items).into()),
        }
    }
    Ok(json!({ "rows": rows, "span": span }))
}

fn refused(error: Value) -> Error {
    serde_json::from_str(&error.to_string()).unwrap_or_else(|_| damaged("checkpoint"))
}

/// The input in pieces with as many ids as a request takes.
fn batches(
    fields: &[connector_sdk::catalog::Field],
    list: Option<&str>,
    input: Map<String, Value>,
) -> Vec<Map<String, Value>> {
    let Some(name) = list else { return vec![input] };
    let most = fields.iter().find(|field| field.name == name).map(|field| &field.ty.kind);
    let Some(Kind::List { max, .. }) = most else { return vec![input] };
    let ids = input.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let with = |ids: &[Value]| {
        let mut input = input.clone();
        input.insert(name.to_owned(), ids.into());
        input
    };
    ids.chunks((*max).min(100) as usize).map(with).collect()
}

/// The figures of each thing. Some come as an object by the id of what they are of.
fn items(answer: Value, base: &Action, keyed_by: Option<&str>) -> Vec<Value> {
    match answer {
        Value::Object(mut one) if base.listing != Listing::Single => match one.remove("items") {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        },
        Value::Object(mut all) if let Some(key) = keyed_by => {
            let one = |(id, figures): (&String, &mut Value)| json!({ key: id, "figures": figures.take() });
            all.iter_mut().map(one).collect()
        }
        Value::Null => Vec::new(),
        other => vec![other],
    }
}
