//! What packages with types are made of: each call with its schemas, and the names of what these describe.

mod choices;
mod example;
mod names;
mod readme;
mod things;

use serde_json::{Value, json};

use crate::values::list;

pub use example::example;
pub use names::{member, one, pascal};
pub use readme::{constant, fill, remark};
pub use things::{Things, apart};

/// What kind of call it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An action with one output.
    Single,
    /// An action that gives items.
    Items,
    Trigger,
    Webhook,
}

/// An action, a trigger or a webhook.
pub struct Call<'a> {
    pub id: &'a str,
    pub kind: Kind,
    /// For people: its title, and what it does.
    pub words: String,
    /// What it takes; a field that a setting fills in need not be given.
    pub input: Value,
    /// What it gives: the output, an item, or the data of an event.
    pub output: &'a Value,
    /// The paths of its fields that have choices; `[]` stands for an item of a list.
    pub choices: Vec<String>,
}

impl Call<'_> {
    /// Whether its input may be left out.
    pub fn is_open(&self) -> bool {
        self.input["required"].as_array().is_none_or(Vec::is_empty)
    }
}

/// All calls of a manifest, in its order: actions, triggers, webhooks.
pub fn calls(manifest: &Value) -> Vec<Call<'_>> {
    let settings = &manifest["connector"]["settings"]["properties"];
    let actions = list(&manifest["actions"]).map(|entry| {
        let kind = if entry["action"]["shape"] == "items" { Kind::Items } else { Kind::Single };
        call(&entry["action"], kind, (&entry["input"], &entry["output"]), settings)
    });
    let events = [("triggers", Kind::Trigger), ("webhooks", Kind::Webhook)];
    let events = events.into_iter().flat_map(|(name, kind)| {
        let entries = list(&manifest[name]);
        entries.map(move |entry| {
            call(&entry["trigger"], kind, (&entry["config"], &entry["data"]), settings)
        })
    });
    actions.chain(events).collect()
}

fn call<'a>(
    about: &'a Value,
    kind: Kind,
    (input, output): (&Value, &'a Value),
    settings: &Value,
) -> Call<'a> {
    let text = |name: &str| about[name].as_str().unwrap_or_default();
    Call {
        id: text("id"),
        kind,
        words: format!("{}. {}", text("title"), text("summary")),
        input: relaxed(input, settings),
        output,
        choices: choices::fields(input),
    }
}

/// A schema whose fields need not be filled in where the settings do that.
fn relaxed(schema: &Value, settings: &Value) -> Value {
    let mut schema = schema.clone();
    let required = list(&schema["required"])
        .filter(|name| name.as_str().is_some_and(|name| settings.get(name).is_none()));
    schema["required"] = json!(required.collect::<Vec<_>>());
    schema
}
