//! One row by its key, and what reading takes and gives.

use connector_host::contract::ErrorKind;
use connector_host::{Call, Connection, Connector, Error as HostError, Observer};
use serde_json::{Map, Value};

use crate::schema::{self, Action};
use crate::shape::{Place, Shape};
use crate::{Error, Record, Resource};

/// The JSON Schemas of what reading a resource takes, and of a row.
pub fn schemas(connector: &Connector, resource: &Resource) -> Result<(Value, Value), Error> {
    let action = Action::find(connector, resource.reader()?)?;
    Ok((action.input, action.output))
}

/// How one row of a resource is asked for, where an action gets it by its key.
#[derive(Clone, Debug)]
pub struct Getting {
    action: String,
    /// The key's name, and the input that takes it.
    key: (String, String),
    /// What has to be given besides, and all that may be.
    needs: Vec<String>,
    takes: Vec<String>,
    parents: Vec<String>,
}

impl Getting {
    /// None when no action gets a row by one key.
    pub fn find(connector: &Connector, resource: &Resource) -> Result<Option<Self>, Error> {
        let (Some(id), [key]) = (&resource.get_action, resource.key.as_slice()) else {
            return Ok(None);
        };
        let shape = Shape::find(connector, resource, id, true)?;
        let Some((_, to)) = shape.key.filter(|_| shape.place == Place::Top) else {
            return Ok(None);
        };
        let inputs = schema::properties(&shape.action.input);
        let needed = |name: &&String| **name != to && schema::requires(&shape.action.input, name);
        let needs = inputs.keys().filter(needed).cloned().collect();
        let takes = inputs.keys().cloned().collect();
        let parents = resource.parents.clone();
        Ok(Some(Getting { action: id.clone(), key: (key.clone(), to), needs, takes, parents }))
    }

    /// The action.
    pub fn action(&self) -> &str {
        &self.action
    }

    /// The input that takes the key.
    pub fn input(&self) -> &str {
        &self.key.1
    }

    /// Whether these inputs say whose row it is, and nothing that the action does not take.
    pub fn is_told_by(&self, given: &Map<String, Value>) -> bool {
        self.needs.iter().all(|name| given.contains_key(name))
            && given.keys().all(|name| self.takes.contains(name))
    }

    /// The row with this key; none when the service knows none. It carries its parents, as the rows
    /// of a list do.
    pub async fn get(
        &self,
        connection: &Connection,
        key: Value,
        given: &Map<String, Value>,
        observer: &mut dyn Observer,
    ) -> Result<Option<Record>, Error> {
        let mut input = given.clone();
        input.insert(self.key.1.clone(), key);
        let call =
            Call::Action { id: self.action.clone(), input: Value::Object(input).to_string() };
        let outcome = match connection.run(call, observer).await {
            Err(HostError::Connector(error)) if error.kind == ErrorKind::NotFound => {
                return Ok(None);
            }
            outcome => outcome?,
        };
        let output = serde_json::from_str(&outcome.output).map_err(Error::json("an output"))?;
        let Value::Object(mut row) = output else {
            return Err(Error::Unexpected(format!("`{}` gave no object", self.action)));
        };
        for name in &self.parents {
            if let Some(value) = given.get(name) {
                row.entry(name.clone()).or_insert_with(|| value.clone());
            }
        }
        Ok(Some(row))
    }
}
