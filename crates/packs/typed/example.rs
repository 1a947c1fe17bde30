//! What a README shows: calls that need nothing that its reader does not have.

use std::cmp::Reverse;

use serde_json::Value;

use crate::values::list;

pub struct Example<'a> {
    /// A list that needs no input.
    pub list: Option<&'a str>,
    /// An action that writes, with an input.
    pub single: Option<(&'a str, &'a Value)>,
}

/// What is done with a thing.
const DONE: [&str; 5] =
    ["list_action", "get_action", "create_action", "update_action", "delete_action"];

/// Both of the same thing, where the service has one that can be made as easily as that: of those with which
/// most can be done.
pub fn example(manifest: &Value) -> Example<'_> {
    let lists: Vec<_> = list(&manifest["actions"]).filter(|entry| is_list(entry)).map(id).collect();
    let writes: Vec<_> = list(&manifest["actions"]).filter_map(write).collect();
    let pairs = list(&manifest["resources"]).filter_map(|resource| {
        let alone = resource["analytic"] == false && list(&resource["parents"]).next().is_none();
        let listed = lists.iter().find(|id| resource["list_action"] == **id)?;
        let single = writes.iter().find(|(id, _)| resource["create_action"] == *id)?;
        let done = DONE.iter().filter(|action| resource[**action].is_string()).count();
        alone.then_some((done, *listed, *single))
    });
    let size = |input: &Value| input.to_string().len();
    match pairs.min_by_key(|(done, _, (_, input))| (Reverse(*done), size(input))) {
        Some((_, list, single)) => Example { list: Some(list), single: Some(single) },
        None => Example { list: lists.first().copied(), single: writes.first().copied() },
    }
}

fn id(entry: &Value) -> &str {
    entry["action"]["id"].as_str().unwrap_or_default()
}

fn is_list(entry: &Value) -> bool {
    entry["action"]["shape"] == "items" && list(&entry["input"]["required"]).next().is_none()
}

/// An action that writes one thing, with the input of its first example.
fn write(entry: &Value) -> Option<(&str, &Value)> {
    let action = &entry["action"];
    let plain = action["shape"] == "single" && action["effect"] == "write";
    let input = &list(&entry["examples"]).next()?["input"];
    (plain && list(&action["notes"]).next().is_none()).then_some((id(entry), input))
}
