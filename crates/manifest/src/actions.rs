//! Actions.

use serde::{Deserialize, Serialize};

use crate::{Document, Extension, Form, Json};

/// What the connector can do when asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ActionDescription {
    /// What it is.
    pub action: Action,
    /// What it takes.
    pub input: Form,
    /// Of the output, or of one item when the shape is items.
    pub output: Document,
    /// Inputs that work.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub examples: Vec<Example>,
    /// The rate limits that the action's first request counts against, by their ids, as its first
    /// example shows. Empty: none that is declared, or it begins without a request.
    #[serde(default)]
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = r"^[A-Za-z0-9_-]+$")), extend("uniqueItems" = true)))]
    pub quotas: Vec<String>,
}

/// An action, as lists show it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Action {
    /// The id: resource.verb.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[a-z0-9_]+\.[a-z0-9_]+$")))]
    pub id: String,
    /// The service's own name of the operation, when the action is exactly one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1)))]
    pub operation_id: Option<String>,
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
    /// What running the action twice does: nothing at all, nothing more than once, or perhaps everything again.
    pub effect: Effect,
    /// Takes something away or ends it: ask a person first.
    pub destructive: bool,
    /// One output, or pages of items.
    pub shape: Shape,
    /// Where it is not available: words such as beta, no-sandbox.
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = r"^[a-z]+(-[a-z]+)*$")), extend("uniqueItems" = true)))]
    pub notes: Vec<String>,
    /// That it is about to go; absent: it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Deprecation"))]
    pub deprecation: Option<Deprecation>,
    /// What the contract has no member for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extensions: Vec<Extension>,
}

/// When an action ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Deprecation {
    /// RFC 3339, or a date: when the service says that it stops to work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1)))]
    pub ends: Option<String>,
    /// The id of the action to use instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "String", length(min = 1)))]
    pub instead: Option<String>,
}

/// An input that works.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Example {
    /// Something for people to read.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub title: String,
    /// The input.
    pub input: Json,
}

/// What sending or running something twice does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Effect {
    /// Nothing at all.
    Read,
    /// Nothing more than once.
    Idempotent,
    /// Perhaps everything again.
    Write,
}

/// What an action brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Shape {
    /// One output.
    Single,
    /// Pages of items.
    Items,
}
