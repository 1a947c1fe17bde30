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
    /// `{"subscription": …}`
    Subscription,
}

/// What stays the same while a call goes on.
#[derive(Clone)]
pub struct Begun {
    /// How its end is told.
    pub form: Form,
    /// Of the connector.
    pub context: Context,
    /// Of a delivery.
    pub kept: Option<Kept>,
}

/// What a call that receives a delivery has out of its subscription.
#[derive(Clone)]
pub struct Kept {
    /// The id of the webhook.
    pub webhook: String,
    /// The keys of its signatures there: no answer of the service that the connector sees holds them.
    pub keys: Vec<String>,
}
