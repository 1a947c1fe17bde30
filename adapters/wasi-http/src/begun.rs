//! What stays the same while a call goes on, also over a continuation.

use serde::{Deserialize, Serialize};

use crate::bindings::automation::connector::types::Context;

/// What a result looks like.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// The output itself.
    Output,
    /// `{"items": […], "output": …}`
    Items,
    /// `{"events": […], "cursor": "…"}`
    Events,
}

/// What stays the same while a call goes on.
#[derive(Clone)]
pub struct Begun {
    /// How its end is told.
    pub form: Form,
    /// Of the connector.
    pub context: Context,
}
