//! `triggers.toml`: what can be watched for.

use serde::Deserialize;
use serde_json::{Map, Value};

/// Triggers and webhooks, in the order to show them.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Triggers {
    /// What a host polls.
    #[serde(default)]
    pub trigger: Vec<Trigger>,
    /// What the service sends by itself. `flow` subscribes and unsubscribes.
    #[serde(default)]
    pub webhook: Vec<Trigger>,
}

/// Something to watch for: the new items of a list.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// `resource.event`. It never changes.
    pub id: String,
    /// Its name, for people.
    pub title: String,
    /// One sentence about when it fires.
    pub summary: String,
    /// The heading to list it under.
    pub group: String,
    /// The id of the list action.
    pub action: String,
    /// The fields of the action that a person fills in.
    pub config: Vec<String>,
    /// JSON pointers into an item: what tells items apart. Without any it is the whole item.
    pub key: OneOrMore,
    /// A JSON pointer to the time at which it came to be.
    pub time: Option<String>,
    /// JSON pointers to what makes an item an event again when it changes.
    #[serde(default)]
    pub changed: Vec<String>,
    /// Only items in these states count.
    pub when: Option<When>,
    /// Whether the first poll tells what is there, unless the configuration says otherwise.
    pub existing: Option<bool>,
    /// The function that polls it, by its name among the connector's flows.
    pub flow: Option<String>,
    /// What the flow must know of this trigger: texts, or lists of them.
    #[serde(default)]
    pub parameters: Map<String, Value>,
    /// Whose business the cursor is; left out, it holds what is known of each item.
    pub cursor: Option<Cursor>,
    /// An event, as JSON.
    pub sample: String,
}

/// Whose business a cursor is.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Cursor {
    /// The flow's.
    Own,
}

/// A state that items must be in.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct When {
    /// A JSON pointer into an item.
    pub at: String,
    /// The texts that count.
    pub is: Vec<String>,
}

/// One text, or several.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum OneOrMore {
    /// A text by itself.
    One(String),
    /// A list of texts, in order.
    More(Vec<String>),
}
