//! `trial.toml`: what a live check makes with an account, and takes away again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Steps that harm nobody, one after the other; they are undone in the other order.
#[derive(Debug, Default, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// The things that are made.
    #[serde(rename(deserialize = "step"), default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Step>,
}

/// A thing that is made.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What it is, for people.
    pub title: String,
    /// How it is made.
    pub make: Ask,
    /// What later inputs need of the output: JSON pointers, by the names that stand for it in braces.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub keep: BTreeMap<String, String>,
    /// How it is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read: Option<Ask>,
    /// How it is taken away.
    pub undo: Ask,
}

/// An action and its input.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The id of the action.
    pub action: String,
    /// Its input. In texts `{run}` is a word that no other run has, `{picture}` a file with a picture, and a kept
    /// name its value.
    pub input: Map<String, Value>,
}

impl Step {
    /// The ids of the actions that it calls.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        let asks = [Some(&self.make), self.read.as_ref(), Some(&self.undo)];
        asks.into_iter().flatten().map(|ask| ask.action.as_str())
    }
}
