//! Finds one thing by its name, and makes it where it is missing and the action says so.

use serde_json::{Map, Value, json};

use super::place::{self, fitting};
use crate::contract::{Error, ErrorKind};
use crate::flow::{Flow, Part, is_unknown};

/// What can be found.
struct Kind {
    /// The composed actions, without their verbs.
    resource: &'static str,
    list: &'static str,
    create: Option<&'static str>,
    /// The member of an item that is its name, and the input field for it.
    name: &'static str,
}

const KINDS: &[Kind] = &[
    Kind { resource: "boards", list: "boards.list", create: Some("boards.create"), name: "name" },
    Kind {
        resource: "board_sections",
        list: "board_sections.list",
        create: Some("board_sections.create"),
        name: "name",
    },
    Kind { resource: "pins", list: "pins.list", create: None, name: "title" },
    Kind { resource: "ad_accounts", list: "ad_accounts.list", create: None, name: "name" },
    Kind { resource: "campaigns", list: "campaigns.list", create: None, name: "name" },
];

pub fn run(flow: &mut Flow) -> Part<Value> {
    let (resource, verb) = flow.id().split_once('.').expect("an id has a verb");
    let kind = KINDS.iter().find(|kind| kind.resource == resource).expect("a kind for each action");
    let creates = (verb == "find_or_create").then_some(kind.create).flatten();
    let mut list = kind.list;
    let mut input = flow.input.clone();
    if kind.resource == "board_sections" {
        let board = place::board(flow)?;
        input.insert("board_id".to_owned(), board.into());
    } else if kind.resource == "pins" && input.contains_key("board_id") {
        list = "board_pins.list";
    }
    if let Some(item) = find(flow, kind, list, &input)? {
        return Ok(json!({ "found": true, "created": false, "item": item }));
    }
    let Some(create) = creates else {
        return Ok(json!({ "found": false, "created": false, "item": null }));
    };
    let item = match flow.attempt(create, fitting(create, &input)?, |item| item)? {
        Ok(item) => item,
        // Nobody knows whether it was made: the list does.
        Err(error) if is_unknown(&error) => find(flow, kind, list, &input)?.ok_or(error)?,
        // Somebody else was faster, or what narrowed the list hid it.
        Err(error) if says_it_exists(&error) => {
            input.retain(|name, _| matches!(name.as_str(), "board_id" | "ad_account_id"));
            let item = find(flow, kind, list, &input)?.ok_or(error)?;
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
fn find(
    flow: &mut Flow,
    kind: &Kind,
    list: &str,
    input: &Map<String, Value>,
) -> Part<Option<Value>> {
    // Lists take filters by these names, but never the name itself.
    let mut input = fitting(list, input)?;
    input.remove(kind.name);
    place::named(flow, kind.name, kind.name, list, input, 10, Value::clone)
}
