//! Whether a service already shows what it has just taken: many answer reads from copies that lag behind.

use std::time::Duration;

use connector_host::{Connection, Observer};
use serde_json::{Map, Value};

use crate::{Error, Getting, Record, Resource, resources};

/// Waits between two looks: 15.5 seconds in all.
const WAITS: [u64; 5] = [500, 1_000, 2_000, 4_000, 8_000];

/// How the row that an action has written is read again.
#[derive(Clone, Debug)]
pub struct ReadBack {
    resource: Resource,
    getting: Getting,
    given: Map<String, Value>,
    /// What was written, by name.
    written: Map<String, Value>,
}

impl ReadBack {
    /// After an action that creates or changes one row of a resource. `input`: what it got. None when it is no such
    /// action, or when nothing gets a row by its key.
    pub fn find(
        connection: &Connection,
        action: &str,
        input: &Value,
    ) -> Result<Option<Self>, Error> {
        let connector = connection.connector();
        let writes = |resource: &Resource| {
            [&resource.create_action, &resource.update_action]
                .iter()
                .any(|it| it.as_deref() == Some(action))
        };
        let Some(resource) = resources(connector)?.into_iter().find(writes) else {
            return Ok(None);
        };
        let Some(getting) = Getting::find(connector, &resource)? else { return Ok(None) };
        let written = input.as_object().cloned().unwrap_or_default();
        let parents = resource.parents.iter();
        let given =
            parents.filter_map(|name| Some((name.clone(), written.get(name)?.clone()))).collect();
        Ok(Some(ReadBack { resource, getting, given, written }))
    }

    /// The row as the service shows it, once it is there with the plain fields that were written; none when it is not
    /// after 15 seconds, or when the answer of the action has no key. `output`: that answer.
    pub async fn read(
        &self,
        connection: &Connection,
        output: &Value,
        observer: &mut dyn Observer,
    ) -> Result<Option<Record>, Error> {
        let [key] = self.resource.key.as_slice() else { return Ok(None) };
        let Some(key) = output.get(key).filter(|key| !key.is_null()) else { return Ok(None) };
        let mut waits = WAITS.into_iter();
        loop {
            let row = self.getting.get(connection, key.clone(), &self.given, observer).await?;
            if let Some(row) = row.filter(|row| self.is_shown(row)) {
                return Ok(Some(row));
            }
            let Some(wait) = waits.next() else { return Ok(None) };
            tokio::time::sleep(Duration::from_millis(wait)).await;
        }
    }

    /// Whether the plain fields that were written are as they were written, where the row has them.
    fn is_shown(&self, row: &Record) -> bool {
        self.written.iter().all(|(name, value)| match row.get(name) {
            Some(shown @ (Value::String(_) | Value::Bool(_) | Value::Number(_))) => {
                std::mem::discriminant(shown) != std::mem::discriminant(value) || shown == value
            }
            _ => true,
        })
    }
}
