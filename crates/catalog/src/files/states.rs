//! `states.toml`: what the states of jobs and of items of batches mean.

use serde::Deserialize;

/// Words for states, in lower case and with `_` between words.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct States {
    /// It has been done.
    pub done: Vec<String>,
    /// It is not over.
    pub waiting: Vec<String>,
    /// Parts of the words for what went wrong.
    pub failed: Vec<String>,
}
