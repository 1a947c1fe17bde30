//! Where a Pin goes: a board and perhaps a section, by id or by name.

use serde_json::{Map, Value, json};

use super::name;
use connector_sdk::contract::{Error, FieldError};
use connector_sdk::error::{error, invalid_field, without};
use connector_sdk::flow::{Flow, FlowResult, answer_id};

/// A board, and a section of it.
pub struct Target {
    pub board_id: String,
    pub section_id: Option<String>,
}

/// What the fields `board_id` or `board_name`, and `board_section_id` or `board_section_name` say.
pub fn of(flow: &mut Flow) -> FlowResult<Target> {
    let both = |id: &str, name: &str| FieldError {
        path: name.to_owned(),
        message: format!("must be left out where {id} is given"),
    };
    let has = |name: &str| !flow.text(name).is_empty();
    let mut faults = Vec::new();
    for (id, name) in [("board_id", "board_name"), ("board_section_id", "board_section_name")] {
        if has(id) && has(name) {
            faults.push(both(id, name));
        }
    }
    if !has("board_id") && !has("board_name") {
        let message = "must be given, or board_name".to_owned();
        faults.push(FieldError { path: "board_id".to_owned(), message });
    }
    without(faults)?;
    let board_id = board(flow)?;
    let section_id = match flow.text("board_section_id").to_owned() {
        id if !id.is_empty() => Some(id),
        _ if flow.text("board_section_name").is_empty() => None,
        _ => {
            let input = object(json!({ "board_id": board_id }));
            Some(by_name(flow, "board_section_name", "board_sections.list", input)?)
        }
    };
    Ok(Target { board_id, section_id })
}

/// The board that `board_id` or `board_name` says.
pub fn board(flow: &mut Flow) -> FlowResult<String> {
    match flow.text("board_id").to_owned() {
        id if !id.is_empty() => Ok(id),
        _ => by_name(flow, "board_name", "boards.list", Map::new()),
    }
}

/// The id of the one item of a list that has the name which the input field `field` says.
fn by_name(
    flow: &mut Flow,
    field: &str,
    list: &str,
    input: Map<String, Value>,
) -> FlowResult<String> {
    let brief = |item: &Value| json!({ "id": item["id"], "name": item["name"] });
    match named(flow, field, "name", list, input, usize::MAX, brief)? {
        Some(one) => {
            Ok(answer_id(flow.service(), &one["id"])?.as_str().unwrap_or_default().to_owned())
        }
        None => {
            let wanted = flow.text(field).trim();
            Err(invalid_field(field, format!("there is none named {wanted}")).into())
        }
    }
}

/// The one item of a list whose member `key` is the name which the input field `field` says; `keep`
/// takes what is needed of it. Names are compared as the service does; where several are the same
/// then, the one that is written alike counts. An item that is on two pages is one. The search ends
/// when `most` items have the name.
pub fn named(
    flow: &mut Flow,
    field: &str,
    key: &str,
    list: &str,
    input: Map<String, Value>,
    most: usize,
    keep: impl Fn(&Value) -> Value,
) -> FlowResult<Option<Value>> {
    let wanted = flow.text(field).trim().to_owned();
    let folded = name::folded(&wanted);
    let same = |item: &Value| item[key].as_str().is_some_and(|name| name::folded(name) == folded);
    let mut found = flow.search(list, input, most, |item| same(item).then(|| keep(item)))?;
    let mut known = Vec::new();
    found.retain(|item| {
        let is_new = item["id"].is_null() || !known.contains(&item["id"]);
        known.push(item["id"].clone());
        is_new
    });
    let alike = |item: &&Value| item[key].as_str().is_some_and(|name| name.trim() == wanted);
    if let [one] = found.iter().filter(alike).collect::<Vec<_>>()[..] {
        return Ok(Some(one.clone()));
    }
    if found.len() < 2 {
        return Ok(found.pop());
    }
    let brief = |item: &Value| json!({ "id": item["id"], "name": item[key] });
    let candidates: Vec<_> = found.iter().map(brief).collect();
    Err(ambiguous(field, &wanted, &candidates).into())
}

/// Several things have the name; the candidates are in the details.
fn ambiguous(field: &str, name: &str, candidates: &[Value]) -> Error {
    let ids: Vec<_> = candidates.iter().filter_map(|item| item["id"].as_str()).collect();
    let message = format!("{} are named {name}: {}", candidates.len(), ids.join(", "));
    let fault = invalid_field(field, message);
    Error {
        advice: Some("Say which one by its id.".to_owned()),
        details: Some(json!({ "candidates": candidates }).to_string()),
        fields: fault.fields,
        ..error(fault.kind, "ambiguous", fault.message)
    }
}

/// The object that `json!` made.
pub fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
