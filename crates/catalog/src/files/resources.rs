//! `resources.toml`: what the service keeps, as tables of rows.

use serde::{Deserialize, Serialize};

/// In the order to show them.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// The first is shown first.
    #[serde(default)]
    pub resource: Vec<Resource>,
    /// How long figures may change: an extension of the descriptor.
    pub restated: Option<Restated>,
}

/// How long the figures of a day may change after it.
#[derive(Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Restated {
    /// That many days.
    pub days: u32,
    /// The input, a date, from which on figures are asked for.
    pub from: String,
    /// The input, a date, up to which they are.
    pub to: String,
}

/// One kind of thing, a row each.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Lower case, plural.
    pub id: String,
    /// Its name, for people.
    pub title: String,
    /// The fields that tell rows apart.
    pub key: Vec<String>,
    /// Input fields that the actions need to know whose rows are meant.
    pub parents: Vec<String>,
    /// Figures that are computed about other resources.
    pub analytic: Option<bool>,
    /// The field that grows when a row is made or changed.
    pub incremental: Option<String>,
    /// The input of the list that takes a value of that field.
    pub since: Option<String>,
    /// Ids of actions.
    pub list: Option<String>,
    /// The action that reads one row.
    pub get: Option<String>,
    /// The action that makes a row.
    pub create: Option<String>,
    /// The action that changes a row.
    pub update: Option<String>,
    /// The action that removes a row.
    pub delete: Option<String>,
}

impl Resource {
    /// The ids of its actions, with what each does.
    pub fn actions(&self) -> [(&'static str, Option<&str>); 5] {
        [
            ("list", self.list.as_deref()),
            ("get", self.get.as_deref()),
            ("create", self.create.as_deref()),
            ("update", self.update.as_deref()),
            ("delete", self.delete.as_deref()),
        ]
    }
}
