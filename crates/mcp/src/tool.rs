//! An action as a tool.

use connector_host::contract::Effect;
use connector_host::contract::actions::{Action, Description};
use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use serde_json::{Value, json};

use crate::compact::{FIELDS, FULL};
use crate::confirm::CONFIRM;
use crate::does::Does;
use crate::outline::{Measure, outline};
use crate::period;
use crate::schema;

/// A tool's name for an action: many clients take no dots. A name that is taken keeps the id.
pub fn name<'a>(id: &str, mut taken: impl Iterator<Item = &'a str>) -> String {
    let name = id.replace('.', "_");
    match taken.any(|other| other == name) {
        true => id.to_owned(),
        false => name,
    }
}

/// An action, and its name as a tool.
pub struct Named {
    pub name: String,
    pub action: Action,
}

/// All of them with their names.
pub fn named(actions: Vec<Action>) -> Vec<Named> {
    let mut all: Vec<Named> = Vec::new();
    for action in actions {
        let name = name(&action.id, all.iter().map(|other| other.name.as_str()));
        all.push(Named { name, action });
    }
    all
}

/// All that a client learns about an action, so much of its schema. What it answers with is
/// shortened, and so fits no schema.
pub fn tool(
    name: &str,
    service: &str,
    description: &Description,
    does: Does,
    measure: Measure,
) -> Tool {
    let action = &description.action;
    let text = match does {
        Does::Spend => format!("{service}: {} Costs money: asks first.", summary(action)),
        Does::Delete => format!("{service}: {} Asks first.", summary(action)),
        Does::Read | Does::Change => format!("{service}: {}", summary(action)),
    };
    Tool::new(name.to_owned(), text, arguments(description, does, measure))
        .with_title(&action.title)
        .with_annotations(annotations(action))
}

/// The schema of a tool's arguments.
pub fn arguments(description: &Description, does: Does, measure: Measure) -> JsonObject {
    let root: Value = serde_json::from_str(&description.input).unwrap_or_default();
    let cut = outline(&root, None, measure).unwrap_or(root);
    let mut schema = schema::arguments(&cut.to_string(), description.action.shape);
    if does.is_asked() && !schema::has_own(&description.input, CONFIRM) {
        let token = json!({"type": "string", "description": "The token of the preview."});
        schema.entry("properties").or_insert_with(|| json!({}))[CONFIRM] = token;
    }
    period::add(&description.input, &mut schema);
    if description.action.effect == Effect::Read {
        let properties = schema.entry("properties").or_insert_with(|| json!({}));
        let ours = [
            (FIELDS, json!({"type": "array", "items": {"type": "string"}})),
            (FULL, json!({"type": "boolean"})),
        ];
        for (name, field) in
            ours.into_iter().filter(|(name, _)| !schema::has_own(&description.input, name))
        {
            properties[name] = field;
        }
    }
    schema
}

/// The action's sentence, with its notes.
fn summary(action: &Action) -> String {
    match action.notes.as_slice() {
        [] => action.summary.clone(),
        notes => format!("{} ({})", action.summary, notes.join(", ")),
    }
}

/// What running it does. What is changed replaces what was there; only what is made adds.
pub fn annotations(action: &Action) -> ToolAnnotations {
    let hints = ToolAnnotations::with_title(&action.title).open_world(true);
    let replaces = action.destructive
        || action.id.rsplit('.').next().is_some_and(|verb| verb.starts_with("update"));
    match action.effect {
        Effect::Read => hints.read_only(true),
        Effect::Idempotent => hints.read_only(false).destructive(replaces).idempotent(true),
        Effect::Write => hints.read_only(false).destructive(action.destructive).idempotent(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_no_dots_and_are_never_given_twice() {
        assert_eq!(name("sold_items.list", ["items_list"].into_iter()), "sold_items_list");
        assert_eq!(name("sold.items_list", ["sold_items_list"].into_iter()), "sold.items_list");
    }
}
