//! Connections as schemas.

use std::sync::Arc;

use connector_host::Connection;
use connector_records::{self as records};

use crate::connected::{Connected, Rights, SYSTEM};
use crate::constraints;
use crate::described::Described;
use crate::room::Room;
use crate::session::Session;
use crate::{Error, error};

/// Connections, each of them a schema with the resources of its connector as tables. Clones are the same.
#[derive(Clone, Debug)]
pub struct Database {
    pub(crate) schemas: Arc<Vec<Connected>>,
    pub(crate) rights: Rights,
    room: Room,
}

impl Database {
    /// Connections by the names of their schemas; the first one's tables need no schema before them. Fails
    /// when there is none, when two have the same name, or when a connector has no data model.
    pub fn new(
        connections: impl IntoIterator<Item = (String, Connection)>,
        rights: Rights,
    ) -> Result<Self, Error> {
        let mut schemas: Vec<Connected> = Vec::new();
        for (name, connection) in connections {
            if name == SYSTEM || name == constraints::SCHEMA || name == "pg_catalog" {
                return Err(error::plan(format!(
                    "`{name}` is the name of a schema of the database"
                )));
            }
            if schemas.iter().any(|known| known.name == name) {
                return Err(error::plan(format!("there are two connections `{name}`")));
            }
            let resources = records::resources(connection.connector()).map_err(error::external)?;
            let describe =
                |resource| Described::new(connection.connector(), resource).map(Arc::new);
            let tables = resources.into_iter().map(describe).collect::<Result<Vec<_>, _>>();
            let actions = connection.connector().instantiate().and_then(|mut it| it.actions());
            let actions = actions.map_err(error::external)?;
            let actions = Arc::new(actions.into_iter().map(|action| action.id).collect());
            schemas.push(Connected {
                name,
                tables: tables.map_err(error::external)?,
                actions,
                connection,
            });
        }
        if schemas.is_empty() {
            return Err(error::plan("a database has one connection at least"));
        }
        Ok(Database { schemas: Arc::new(schemas), rights, room: Room::new()? })
    }

    /// The same, whose sessions share this room with others; otherwise the sessions of a database share one.
    pub fn within(self, room: &Room) -> Self {
        Database { room: room.clone(), ..self }
    }

    /// The schema whose tables need no schema before them.
    pub(crate) fn first_schema(&self) -> &str {
        self.schemas.first().map(|schema| schema.name.as_str()).unwrap_or_default()
    }

    /// A session of its own: its settings, and what it remembers of what it asked.
    pub fn session(&self) -> Result<Session, Error> {
        Session::new(&self.schemas, self.rights, &self.room)
    }
}
