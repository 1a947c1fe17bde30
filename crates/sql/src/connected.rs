//! A connection of a database, and what may be done with it.

use std::sync::Arc;

use connector_host::Connection;

use crate::described::Described;

/// What the sessions of a database may do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rights {
    /// Whether they may change what services keep: `INSERT`, `UPDATE`, `DELETE`, and `run` of actions that
    /// do. The permission of each connection holds besides.
    pub writes: bool,
}

/// A connection and its tables.
#[derive(Clone, Debug)]
pub(crate) struct Connected {
    pub name: String,
    pub connection: Connection,
    pub tables: Vec<Arc<Described>>,
    pub actions: Arc<Vec<String>>,
}

/// The schema of what sessions remember.
pub(crate) const SYSTEM: &str = "connector";
