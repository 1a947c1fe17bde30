//! `choices.toml`: where the choices for fields come from.

use serde::Deserialize;
use serde_json::{Map, Value};

/// Sources of choices, the best for a field first.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Choices {
    #[serde(default)]
    /// In this order, of which the first that serves a field is used.
    pub source: Vec<Source>,
}

/// A list whose items are the choices.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The names of the fields that it serves.
    pub fields: Vec<String>,
    /// The id of the list action.
    pub action: String,
    /// A JSON pointer into an item; `*` where the item's members are the choices.
    pub value: String,
    /// JSON pointers into an item.
    pub title: Vec<String>,
    /// Fields that must be filled in first; they are given to the action under these names.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Fields that narrow the list when they are filled in.
    #[serde(default)]
    pub may: Vec<String>,
    /// What else is given to the action.
    #[serde(default)]
    pub fixed: Map<String, Value>,
    /// The names mean this only where they are part of a path.
    pub path_only: Option<bool>,
}
