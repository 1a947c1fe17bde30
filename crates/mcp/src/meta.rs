//! Two tools for the actions that are not listed as tools: one finds them, one calls them.

use std::cmp::Reverse;
use std::sync::Arc;

use connector_host::contract::actions::Action;
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use crate::answer::{self, Invalid};

/// Finds actions by words.
pub const FIND: &str = "find_tools";
/// Calls an action by the name that [`FIND`] gave.
pub const CALL: &str = "call_tool";

/// Matches in an answer, unless the argument says otherwise; each brings a schema.
pub const MATCHES: u64 = 5;
/// Matches that can be asked for.
pub const MOST: u64 = 25;

/// Both, as clients see them.
pub fn tools() -> [Tool; 2] {
    let find = json!({
        "type": "object",
        "properties": {
            "query": {"type": "string", "minLength": 1, "description":
                "Words about what is to be done."},
            "limit": {"type": "integer", "minimum": 1, "maximum": MOST, "default": MATCHES},
        },
        "required": ["query"],
        "additionalProperties": false,
    });
    let found = json!({
        "type": "object",
        "properties": {
            "tools": {"type": "array", "items": {"type": "object", "properties": {
                "name": {"type": "string"},
                "title": {"type": "string"},
                "description": {"type": "string"},
                "inputSchema": {"type": "object"},
                "annotations": {"type": "object"},
            }, "required": ["name", "inputSchema"]}},
            "more": {"type": "integer", "description": "Further tools that match."},
        },
        "required": ["tools", "more"],
    });
    let call = json!({
        "type": "object",
        "properties": {
            "name": {"type": "string", "description": "The tool's name, as find_tools gives it."},
            "arguments": {"type": "object", "description": "As the tool's inputSchema says."},
        },
        "required": ["name"],
        "additionalProperties": false,
    });
    let find = Tool::new(FIND, "Finds tools that are not listed, best first.", object(find))
        .with_title("Find tools")
        .with_raw_output_schema(Arc::new(object(found)))
        .with_annotations(ToolAnnotations::new().read_only(true).open_world(false));
    let call = Tool::new(CALL, "Calls a tool that find_tools found.", object(call))
        .with_title("Call a tool")
        .with_annotations(
            ToolAnnotations::new().read_only(false).destructive(true).open_world(true),
        );
    [find, call]
}

/// What [`FIND`] is to look for, and how many it is to show.
pub fn wanted(arguments: &JsonObject) -> Result<(&str, usize), Invalid> {
    let query = arguments.get("query").and_then(Value::as_str).filter(|query| !query.is_empty());
    let query = query.ok_or_else(|| Invalid::new("query", "must be a text"))?;
    Ok((query, answer::number(arguments, "limit", MATCHES, 1..=MOST)?))
}

/// What [`CALL`] is to call, and with which arguments.
pub fn called(mut arguments: JsonObject) -> Result<(String, JsonObject), Invalid> {
    let Some(Value::String(name)) = arguments.remove("name") else {
        return Err(Invalid::new("name", "must be a text"));
    };
    match arguments.remove("arguments") {
        None | Some(Value::Null) => Ok((name, JsonObject::new())),
        Some(Value::Object(inner)) => Ok((name, inner)),
        Some(_) => Err(Invalid::new("arguments", "must be an object")),
    }
}

/// The actions that have words beginning as words of the query do, best first. A word counts more
/// in the id and the title than in the sentence or the group.
pub fn search<'a>(actions: impl Iterator<Item = &'a Action>, query: &str) -> Vec<&'a Action> {
    let query = query.to_lowercase();
    // A plural finds the singular.
    let words = words(&query).map(|word| word.strip_suffix('s').unwrap_or(word));
    let words: Vec<&str> = words.filter(|word| word.len() > 1).collect();
    let mut found: Vec<_> = actions
        .map(|action| (score(action, &words), action))
        .filter(|(score, _)| *score > 0)
        .collect();
    found.sort_by_key(|(score, _)| Reverse(*score));
    found.into_iter().map(|(_, action)| action).collect()
}

fn score(action: &Action, wanted: &[&str]) -> usize {
    let name = format!("{} {}", action.id, action.title).to_lowercase();
    let rest = format!("{} {}", action.summary, action.group).to_lowercase();
    let has = |text: &str, start: &str| words(text).any(|word| word.starts_with(start));
    let worth = |word: &&str| 3 * usize::from(has(&name, word)) + usize::from(has(&rest, word));
    wanted.iter().map(worth).sum()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

#[cfg(test)]
mod tests {
    use connector_host::contract::Effect;
    use connector_host::contract::actions::Shape;

    use super::*;

    #[test]
    fn words_count_more_in_names() {
        let action = |id: &str, summary: &str| Action {
            id: id.into(),
            operation_id: None,
            title: String::new(),
            summary: summary.into(),
            group: String::new(),
            scopes: Vec::new(),
            effect: Effect::Read,
            destructive: false,
            shape: Shape::Single,
            notes: Vec::new(),
            deprecation: None,
            extensions: Vec::new(),
        };
        let actions = [
            action("orders.get", "One order of a customer."),
            action("customers.get", "One of them."),
            action("items.get", "One item."),
        ];
        let ids = |query| -> Vec<&str> {
            search(actions.iter(), query).into_iter().map(|action| action.id.as_str()).collect()
        };
        assert_eq!(ids("Customers"), ["customers.get", "orders.get"]);
        assert_eq!(ids("a get-customer!"), ["customers.get", "orders.get", "items.get"]);
        assert!(ids("…").is_empty());
    }
}
