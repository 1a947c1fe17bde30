//! Triggers and webhooks.

use serde::{Deserialize, Serialize};

use crate::{Document, Form, Json};

/// What the connector can watch for. A host polls it; for a webhook it subscribes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TriggerDescription {
    /// What it is.
    pub trigger: Trigger,
    /// What it takes.
    pub config: Form,
    /// Of the data of an event.
    pub data: Document,
    /// One event as it is emitted. `occurred_at` is RFC 3339 in UTC, or null when the service does not
    /// say.
    #[cfg_attr(feature = "schema", schemars(extend(
        "required" = ["id", "occurred_at", "data"],
        "additionalProperties" = false,
        "properties" = {
            "id": { "type": "string", "minLength": 1 },
            "occurred_at": {
                "type": ["string", "null"],
                "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$",
            },
            "data": { "type": "object" },
        }
    )))]
    pub sample: Json,
}

/// A trigger or a webhook, as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Trigger {
    /// The id: resource.event.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[a-z0-9_]+\.[a-z0-9_]+$")))]
    pub id: String,
    /// Something for people to read.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub title: String,
    /// A sentence or two.
    #[cfg_attr(feature = "schema", schemars(length(min = 1), regex(pattern = r"\.$")))]
    pub summary: String,
    /// The heading to list it under.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub group: String,
    /// Scopes that have to be granted, all of them.
    #[cfg_attr(feature = "schema", schemars(inner(length(min = 1)), extend("uniqueItems" = true)))]
    pub scopes: Vec<String>,
}
