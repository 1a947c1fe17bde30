//! An action as a tool.

use std::sync::Arc;

use connector_host::contract::Effect;
use connector_host::contract::actions::{Action, Description};
use rmcp::model::{Tool, ToolAnnotations};

use crate::schema;

/// A tool's name for an action: many clients take no dots. A name that is taken keeps the id.
pub fn name<'a>(id: &str, mut taken: impl Iterator<Item = &'a str>) -> String {
    let name = id.replace('.', "_");
    match taken.any(|other| other == name) {
        true => id.to_owned(),
        false => name,
    }
}

/// All that a client learns about an action.
pub fn tool(name: &str, description: &Description) -> Tool {
    let Description { action, input, output, .. } = description;
    Tool::new(name.to_owned(), summary(action), schema::arguments(input, action.shape))
        .with_title(&action.title)
        .with_raw_output_schema(Arc::new(schema::answer(output, action.shape)))
        .with_annotations(annotations(action))
}

/// The action's sentence, with its notes.
pub fn summary(action: &Action) -> String {
    match action.notes.as_slice() {
        [] => action.summary.clone(),
        notes => format!("{} ({})", action.summary, notes.join(", ")),
    }
}

/// What running it does. Whatever may be repeated sets something, and so may replace what was
/// there; only a plain write adds.
fn annotations(action: &Action) -> ToolAnnotations {
    let hints = ToolAnnotations::with_title(&action.title).open_world(true);
    match action.effect {
        Effect::Read => hints.read_only(true),
        Effect::Idempotent => hints.read_only(false).destructive(true).idempotent(true),
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
