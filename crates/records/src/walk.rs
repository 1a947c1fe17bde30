//! Whose rows are read: all parents that the caller did not name, found through the choices that
//! the connector offers for those fields.

use std::collections::VecDeque;

use connector_host::{Call, Connection, Observer};
use serde_json::{Map, Value};

use crate::pages::{PageStep, page_step};
use crate::schema::{self, Action};
use crate::{Error, Resource};

/// Goes through the parents depth first: the sections of one board before those of the next. Only
/// the choices of one path are in memory.
pub(crate) struct Walk {
    action: String,
    /// The fields to walk, outermost first.
    names: Vec<String>,
    /// What is already filled in.
    given: Map<String, Value>,
    /// The values still to come, a queue for each field that is open.
    levels: Vec<VecDeque<Value>>,
    path: Vec<Value>,
    begun: bool,
}

impl Walk {
    /// Fails when a parent is needed, not given, and nothing lists its values.
    pub fn new(
        resource: &Resource,
        action: &Action,
        given: Map<String, Value>,
    ) -> Result<Self, Error> {
        let open =
            |name: &&String| !given.contains_key(*name) && schema::requires(&action.input, name);
        let names: Vec<String> = resource.parents.iter().filter(open).cloned().collect();
        let fields = schema::properties(&action.input);
        let unknown = |name: &&String| fields.get(*name).is_none_or(|it| it["x-choices"].is_null());
        if let Some(name) = names.iter().find(unknown) {
            return Err(Error::Request(format!(
                "`{name}` has to be given for `{}`: nothing lists its values",
                resource.id
            )));
        }
        let action = action.id.clone();
        Ok(Walk { action, names, given, levels: Vec::new(), path: Vec::new(), begun: false })
    }

    /// The fields that are walked.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The values of the fields that are walked, for the next parent; empty, once, when all are
    /// given.
    pub async fn next(
        &mut self,
        connection: &Connection,
        observer: &mut dyn Observer,
    ) -> Result<Option<Vec<Value>>, (Vec<Value>, Error)> {
        if !self.begun {
            self.begun = true;
            if self.names.is_empty() {
                return Ok(Some(Vec::new()));
            }
            self.descend(connection, observer).await.map_err(|error| (Vec::new(), error))?;
        }
        while let Some(level) = self.levels.last_mut() {
            let value = level.pop_front();
            self.path.truncate(self.levels.len() - 1);
            let Some(value) = value else {
                self.levels.pop();
                continue;
            };
            self.path.push(value);
            if self.levels.len() == self.names.len() {
                return Ok(Some(self.path.clone()));
            }
            if let Err(error) = self.descend(connection, observer).await {
                // There is nothing below it, so the next one is beside it.
                self.levels.push(VecDeque::new());
                return Err((self.path.clone(), error));
            }
        }
        Ok(None)
    }

    /// Lists the values of the next field.
    async fn descend(
        &mut self,
        connection: &Connection,
        observer: &mut dyn Observer,
    ) -> Result<(), Error> {
        let mut input = self.given.clone();
        input.extend(self.names.iter().cloned().zip(self.path.iter().cloned()));
        let mut call = Call::ActionChoices {
            id: self.action.clone(),
            field: self.names[self.levels.len()].clone(),
            input: Value::Object(input).to_string(),
            query: None,
        };
        let mut values = VecDeque::new();
        while let PageStep::Page { items, next } = page_step(connection, call, observer).await? {
            values.extend(items.into_iter().map(|mut item| item["value"].take()));
            call = Call::Resume { checkpoint: next };
        }
        self.levels.push(values);
        Ok(())
    }
}
