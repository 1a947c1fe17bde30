//! `fields/*.toml`: words for fields, by `name`, `Type.name` or `action.id/name`.

use std::collections::HashMap;

use serde::Deserialize;

/// Words by field.
pub type Fields = HashMap<String, Label>;

/// What people read on a form.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The field's name, for people.
    pub title: String,
    /// What to fill in, in a sentence or two.
    pub help: String,
    /// Seldom needed.
    pub advanced: Option<bool>,
    /// Long text.
    pub multiline: Option<bool>,
    /// To be masked.
    pub secret: Option<bool>,
    /// Tells of a person, such as an e-mail address.
    pub personal: Option<bool>,
    /// A file, as a blob reference.
    pub file: Option<bool>,
}
