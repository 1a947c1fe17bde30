//! Figures of any number of things over a span of days that may be named: Pins, the account, and
//! campaigns, ad groups, ads and product groups.

use serde_json::{Map, Value, json};

use super::period;
use super::place::fitting;
use crate::catalog::{Action, Kind, Listing};
use crate::checkpoint::damaged;
use crate::contract::{Error, FieldError};
use crate::error::without;
use crate::flow::{Flow, Part};
use crate::run::action;

/// A composed action, the action that gives the figures, and its list of ids, if it has one.
const SOURCES: &[(&str, &str, Option<&str>)] = &[
    ("pin_analytics.run", "pin_analytics.get_many", Some("pin_ids")),
    ("user_account_analytics.run", "user_account_analytics.get", None),
    ("ad_account_analytics.run", "ad_account_analytics.list", None),
    ("campaign_analytics.run", "campaign_analytics.list", Some("campaign_ids")),
    ("ad_group_analytics.run", "ad_group_analytics.list", Some("ad_group_ids")),
    ("ad_analytics.run", "ad_analytics.list", Some("ad_ids")),
];

/// Days back that figures reach. Reports reach further.
const BACK: i64 = 90;

/// Emits an item for each thing, or for each thing and day as Pinterest gives it; the output is the
/// span.
pub fn run(flow: &mut Flow) -> Part<Value> {
    let source = SOURCES.iter().find(|(id, ..)| *id == flow.id());
    let (_, base, list) = source.ok_or_else(|| damaged("checkpoint"))?;
    let base = action(base)?;
    let Some(span) = period::of(flow)? else {
        let fault = |name: &str| FieldError {
            path: name.to_owned(),
            message: "must be given, or period".to_owned(),
        };
        return Err(without(vec![fault("start_date"), fault("end_date")]).unwrap_err().into());
    };
    let span = span.within(BACK, "these figures")?;
    let mut input = fitting(base.id, &flow.input)?;
    input.insert("start_date".to_owned(), span.first.to_string().into());
    input.insert("end_date".to_owned(), span.last.to_string().into());
    let mut rows = 0;
    for input in batches(base.input, *list, input) {
        let items = flow.call_and_emit(
            base.id,
            || Some(input.clone()),
            |outcome| match outcome {
                Ok(answer) => {
                    let items = items(answer, base);
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
    fields: &[crate::catalog::Field],
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

/// The figures of each thing. Those of Pins come as an object by Pin id.
fn items(answer: Value, base: &Action) -> Vec<Value> {
    match answer {
        Value::Object(mut one) if base.listing != Listing::Single => match one.remove("items") {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        },
        Value::Object(mut one) if base.id == "pin_analytics.get_many" => {
            let pin = |(id, figures): (&String, &mut Value)| json!({ "pin_id": id, "figures": figures.take() });
            one.iter_mut().map(pin).collect()
        }
        Value::Null => Vec::new(),
        other => vec![other],
    }
}
