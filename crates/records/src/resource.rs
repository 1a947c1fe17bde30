//! The resources that a connector declares.

use connector_host::Connector;
use serde::{Deserialize, Serialize};

use crate::Error;
use crate::schema::{Action, is_scalar, kind};

/// The only field of rows that are texts or numbers by themselves.
pub const VALUE: &str = "value";

/// A kind of row, as the interface `data` of the contract describes it. Actions are ids.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Resource {
    /// What tables are called, such as `pins`.
    pub id: String,
    /// For people.
    pub title: String,
    /// In the connector's order.
    pub fields: Vec<DataField>,
    /// Paths of the fields that tell rows of the same parents apart, such as `user.id`.
    pub key: Vec<String>,
    /// Input fields that say whose rows are meant.
    pub parents: Vec<String>,
    /// Whether rows are figures instead of things.
    pub analytic: bool,
    /// The field that grows when a row is made or changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incremental: Option<String>,
    /// The input of the list action that takes a value of that field and leaves out rows below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The action that lists rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_action: Option<String>,
    /// The action that gets one row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub get_action: Option<String>,
    /// The action that makes rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub create_action: Option<String>,
    /// The action that changes rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update_action: Option<String>,
    /// The action that takes rows away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete_action: Option<String>,
}

/// A field of a resource: its name and one of the contract's kinds, such as `text` or `time`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct DataField {
    /// The name of the field, or a path.
    pub name: String,
    /// One of the contract's words.
    pub kind: String,
}

impl Resource {
    /// The kind of a field, if the resource declares it.
    pub fn kind(&self, field: &str) -> Option<&str> {
        let found = self.fields.iter().find(|known| known.name == field);
        found.map(|field| field.kind.as_str())
    }

    /// The field by which rows can be read from a point in time on: the incremental one, when it
    /// is a time or a date.
    pub fn changed(&self) -> Option<&str> {
        let field = self.incremental.as_deref()?;
        matches!(self.kind(field)?, "time" | "date").then_some(field)
    }

    /// The action that rows are read with: the list, or else the one that gets the only row.
    pub fn reader(&self) -> Result<&str, Error> {
        let reader = self.list_action.as_deref().or(self.get_action.as_deref());
        reader.ok_or_else(|| Error::Request(format!("`{}` cannot be read", self.id)))
    }
}

/// All resources in the connector's order. Fails when the connector has no data model.
pub fn resources(connector: &Connector) -> Result<Vec<Resource>, Error> {
    declared(connector)?.into_iter().map(|resource| with_value(connector, resource)).collect()
}

fn declared(connector: &Connector) -> Result<Vec<Resource>, Error> {
    let Some(resources) = connector_host::resources(connector)? else {
        return Err(Error::Request("this connector has no data model".into()));
    };
    let resources = serde_json::to_value(resources).and_then(serde_json::from_value);
    resources.map_err(Error::json("the data model"))
}

/// The resource with the field of its rows, where these are no objects.
fn with_value(connector: &Connector, mut resource: Resource) -> Result<Resource, Error> {
    if let (Some(reader), true) = (&resource.list_action, resource.fields.is_empty()) {
        let schema = Action::find(connector, reader)?.output;
        if is_scalar(&schema) {
            resource.fields.push(DataField { name: VALUE.into(), kind: kind(&schema).into() });
        }
    }
    Ok(resource)
}

/// One resource by its id. The error for an unknown one lists those that are spelled alike.
pub fn resource(connector: &Connector, id: &str) -> Result<Resource, Error> {
    let all = declared(connector)?;
    let alike: Vec<&str> = all
        .iter()
        .map(|it| it.id.as_str())
        .filter(|known| known.contains(id) || id.contains(known))
        .collect();
    let mut message = format!("there is no resource `{id}`");
    if !alike.is_empty() {
        message += &format!("; there is {}", alike.join(", "));
    }
    let found = all.into_iter().find(|it| it.id == id).ok_or(Error::Request(message))?;
    with_value(connector, found)
}
