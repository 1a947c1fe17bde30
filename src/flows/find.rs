//! Finds one thing by its name, and makes it where it is missing and the action says so.

use serde_json::{Map, Value, json};

use super::place;
use connector_sdk::contract::{Error, ErrorKind};
use connector_sdk::flow::{Flow, FlowResult, is_unknown};

pub fn run(flow: &mut Flow) -> FlowResult<Value> {
    let kind = flow.composed();
    let mut list = kind.required("list")?;
    let mut input = flow.input().clone();
    if kind.parameter("within") == Some("board") {
        let board = place::board(flow)?;
        input.insert("board_id".to_owned(), board.into());
    } else if let Some(of_board) = kind.parameter("list_of_board")
        && input.contains_key("board_id")
    {
        list = of_board;
    }
    if let Some(item) = find(flow, list, &input)? {
        return Ok(json!({ "found": true, "created": false, "item": item }));
    }
    let Some(create) = kind.parameter("create") else {
        return Ok(json!({ "found": false, "created": false, "item": null }));
    };
    let wanted = flow.fitting(create, &input)?;
    let item = match flow.attempt(create, wanted, |item| item)? {
        Ok(item) => item,
        // Nobody knows whether it was made: the list does.
        Err(error) if is_unknown(&error) => find(flow, list, &input)?.ok_or(error)?,
        // Somebody else was faster, or what narrowed the list hid it.
        Err(error) if says_it_exists(&error) => {
            input.retain(|name, _| matches!(name.as_str(), "board_id" | "ad_account_id"));
            let item = find(flow, list, &input)?.ok_or(error)?;
            return Ok(json!({ "found": true, "created": false, "item": item }));
        }
        Err(error) => return Err(error.into()),
    };
    Ok(json!({ "found": false, "created": true, "item": item }))
}

/// Whether the service refused to make what is there.
fn says_it_exists(error: &Error) -> bool {
    error.kind == ErrorKind::Conflict || error.message.to_lowercase().contains("already")
}

/// The one item that has the name.
fn find(flow: &mut Flow, list: &str, input: &Map<String, Value>) -> FlowResult<Option<Value>> {
    let name = flow.composed().required("name")?;
    // Lists take filters by these names, but never the name itself.
    let mut input = flow.fitting(list, input)?;
    input.remove(name);
    place::named(flow, name, name, list, input, 10, Value::clone)
}
