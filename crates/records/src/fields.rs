//! What rows hold and what of it can be written, known without a first row.

use connector_host::Connector;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::schema;
use crate::shape::Shape;
use crate::{Error, Resource};

/// One field of a resource. False members are left out of the JSON.
#[derive(Clone, Debug, Serialize)]
pub struct Field {
    /// The name, or a path such as `user.id`.
    pub name: String,
    /// A kind of the contract, such as `text`.
    pub kind: String,
    /// For people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// For people, a sentence or two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Tells rows apart, with the other key fields.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub key: bool,
    /// Says whose row it is; rows carry it, and writes need it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub parent: bool,
    /// Tells when the row was made or changed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub incremental: bool,
    /// Comes with the rows that are read.
    pub readable: bool,
    /// A new row may have it.
    pub creatable: bool,
    /// A new row needs it.
    pub required: bool,
    /// A row that exists may get another value. For a key: the update takes it to find the row.
    pub updatable: bool,
    /// The JSON Schema of what a new row may have, or else of another value; not a part of the JSON.
    #[serde(skip)]
    pub schema: Option<Value>,
}

/// The fields of a resource: those of its rows in the connector's order, then its parents, then
/// what can only be written.
pub fn fields(connector: &Connector, resource: &Resource) -> Result<Vec<Field>, Error> {
    let shape = |action: &Option<String>, keyed| {
        let find = |id: &str| Shape::find(connector, resource, id, keyed);
        action.as_deref().map(find).transpose()
    };
    let make = shape(&resource.create_action, false)?;
    let change = shape(&resource.update_action, true)?;
    let mut names: Vec<&String> = resource.fields.iter().map(|field| &field.name).collect();
    let written = make.iter().chain(&change).flat_map(|shape| shape.fields.keys());
    let taken = change.as_ref().and_then(|shape| shape.key.as_ref()).map(|(_, to)| to);
    for name in resource.key.iter().chain(&resource.parents).chain(written) {
        if !names.contains(&name) && (Some(name) != taken || resource.key.contains(name)) {
            names.push(name);
        }
    }
    let known = |name: &&String| !name.contains('.');
    Ok(names.into_iter().filter(known).map(|name| field(resource, &make, &change, name)).collect())
}

fn field(resource: &Resource, make: &Option<Shape>, change: &Option<Shape>, name: &str) -> Field {
    let parent = resource.parents.iter().any(|parent| parent == name);
    let key = resource.key.iter().any(|key| key == name);
    let properties = |shape: &Shape| -> Option<Value> {
        let of = |map: &Map<String, Value>| map.get(name).cloned();
        of(&shape.fields).or_else(|| of(&shape.inputs).filter(|_| parent))
    };
    let (made, changed) =
        (make.as_ref().and_then(properties), change.as_ref().and_then(properties));
    let text = |word: &str| {
        let mut found = made.iter().chain(&changed).filter_map(|schema| schema[word].as_str());
        found.next().map(str::to_owned)
    };
    let schema = made.as_ref().or(changed.as_ref());
    let kind = resource.kind(name).or_else(|| schema.map(schema::kind)).unwrap_or("text");
    let needs = |shape: &Shape| {
        shape.required.iter().any(|required| required == name)
            || (parent && schema::requires(&shape.action.input, name))
    };
    let by_key = |shape: &Shape| shape.key.as_ref().is_some_and(|(key, _)| key == name);
    Field {
        name: name.to_owned(),
        kind: kind.to_owned(),
        title: text("title"),
        description: text("description"),
        key,
        parent,
        incremental: resource.changed() == Some(name),
        readable: resource.kind(name).is_some() || parent,
        creatable: made.is_some(),
        required: make.as_ref().is_some_and(needs),
        updatable: changed.is_some() || change.as_ref().is_some_and(by_key),
        schema: schema.cloned(),
    }
}
