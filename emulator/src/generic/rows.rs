//! Answers that are made up anew for every call, and the same for the same call: above all rows
//! of numbers.

use serde_json::{Value, json};

use super::give::{key_text, object, seed};
use super::invent::{Inventor, noise};
use super::plan::Plan;
use crate::call::Call;
use crate::facts::{Extra, Kind, Operation, Style, Type};

/// What an operation answers that keeps nothing; but where somebody has kept an answer under the
/// path, by what the query must have, it is that.
pub fn made_up(plan: &Plan, inventor: &Inventor, call: &Call) -> Value {
    let Some(response) = &plan.facts.response else {
        return Value::Null;
    };
    let required = plan.facts.query().filter(|parameter| parameter.required);
    let question: Vec<_> =
        required.filter_map(|parameter| key_text(&call.query[&parameter.name])).collect();
    if let Some(answer) = call.world.store.get(&call.path, &question.join(",")) {
        return answer.clone();
    }
    let inventor = &asking(inventor, call);
    match row(response).and_then(|row| Some((row, asked(plan.facts, row, call)?))) {
        Some((row, (name, ids))) => {
            let knowing = |id| inventor.knowing(&json!({ &name: id }));
            ids.iter().map(|id| filled(row, &knowing(id), id, call)).collect()
        }
        None => inventor.value(response, &seed(call)),
    }
}

/// Knows the numbers that were asked for, and the first of everything else: `keyword` of
/// `keywords`.
fn asking(inventor: &Inventor, call: &Call) -> Inventor {
    let mut inventor = inventor.clone();
    let texts = |list: &Vec<Value>| list.iter().filter_map(key_text).collect::<Vec<_>>();
    for (name, value) in object(&call.query) {
        match (name.as_str(), value.as_array()) {
            ("columns" | "metric_types", Some(list)) => inventor.columns = texts(list),
            ("pin_ids", Some(list)) => inventor.rows = texts(list),
            (_, Some(list)) => {
                let singular = name.strip_suffix('s').unwrap_or(&name).to_owned();
                inventor.everywhere.extend(list.first().map(|first| (singular, first.clone())));
            }
            _ => {}
        }
    }
    inventor
}

fn row(response: &'static Type) -> Option<&'static Type> {
    let response = response.resolve();
    response.items.as_deref().filter(|_| response.kind == Some(Kind::Array))
}

/// The property that holds the id of a row, and the ids that were asked for: `CAMPAIGN_ID` of
/// `campaign_ids`.
fn asked(
    facts: &'static Operation,
    row: &'static Type,
    call: &Call,
) -> Option<(String, Vec<Value>)> {
    let lists = facts.query().filter(|parameter| parameter.style == Some(Style::Repeat));
    let property = |name: &str| Some(name.strip_suffix('s')?.to_uppercase());
    lists.into_iter().find_map(|parameter| {
        let name = property(&parameter.name).filter(|name| row.property(name).is_some())?;
        Some((name, call.query[&parameter.name].as_array()?.clone()))
    })
}

/// A row with a number in every column that was asked for.
fn filled(row: &'static Type, inventor: &Inventor, id: &Value, call: &Call) -> Value {
    let mut made = inventor.value(row, &(seed(call), key_text(id)));
    made["DATE"] = call.query["start_date"].clone();
    let closed = matches!(row.resolve().additional_properties, Some(Extra::Allowed(false)));
    let columns = call.query["columns"].as_array().filter(|_| !closed);
    for column in columns.into_iter().flatten().filter_map(Value::as_str) {
        if made[column].is_null() {
            made[column] = (noise(&(seed(call), key_text(id), column)) % 10_000).into();
        }
    }
    made
}
