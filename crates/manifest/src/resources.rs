//! The data model.

use serde::{Deserialize, Serialize};

/// One kind of thing that the service keeps, a row each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Resource {
    /// A name for programs that never changes.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[A-Za-z0-9_-]+$")))]
    pub id: String,
    /// Something for people to read.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub title: String,
    /// What each row has; empty when rows have nothing fixed in common.
    pub fields: Vec<DataField>,
    /// The fields that tell rows apart, nested ones as user.id; empty when nothing does.
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = r"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$")), extend("uniqueItems" = true)))]
    pub key: Vec<String>,
    /// The input fields that say whose rows are meant.
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = r"^[A-Za-z0-9_-]+$")), extend("uniqueItems" = true)))]
    pub parents: Vec<String>,
    /// Whether the rows are figures computed about other resources.
    pub analytic: bool,
    /// The field that grows when a row is made or changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[A-Za-z0-9_-]+$"))
    )]
    pub incremental: Option<String>,
    /// The input of the list action that takes a value of that field and leaves out the rows below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[A-Za-z0-9_-]+$"))
    )]
    pub since: Option<String>,
    /// The action that lists rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[a-z0-9_]+\.[a-z0-9_]+$"))
    )]
    pub list_action: Option<String>,
    /// The action that gets one row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[a-z0-9_]+\.[a-z0-9_]+$"))
    )]
    pub get_action: Option<String>,
    /// The action that makes rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[a-z0-9_]+\.[a-z0-9_]+$"))
    )]
    pub create_action: Option<String>,
    /// The action that changes rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[a-z0-9_]+\.[a-z0-9_]+$"))
    )]
    pub update_action: Option<String>,
    /// The action that takes rows away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "String", regex(pattern = r"^[a-z0-9_]+\.[a-z0-9_]+$"))
    )]
    pub delete_action: Option<String>,
}

/// A field of a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DataField {
    /// Its name.
    #[cfg_attr(feature = "schema", schemars(length(min = 1)))]
    pub name: String,
    /// What it holds.
    pub kind: FieldKind,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum FieldKind {
    /// A text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A moment.
    Time,
    /// A day.
    Date,
    /// A list.
    List,
    /// An object.
    Object,
}
