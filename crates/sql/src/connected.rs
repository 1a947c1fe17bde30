//! A connection of a database, and what may be done with it.

use std::sync::Arc;

use connector_host::{Connection, Shown};

use crate::described::Described;

/// What the sessions of a database may do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rights {
    /// Whether they may change what services keep: `INSERT`, `UPDATE`, `DELETE`, and `run` of actions that
    /// do. The permission of each connection holds besides.
    pub writes: bool,
    /// What they do not see of rows.
    pub hidden: Hidden,
}

/// What the schemas of rows mark, and others than the caller's own program are not to see: such values are replaced
/// before a statement looks at them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hidden {
    /// All is shown.
    #[default]
    Nothing,
    /// What is secret.
    Secrets,
    /// What is secret, and what tells of persons.
    Personal,
}

impl Hidden {
    /// What hides it in rows of this schema, a JSON text.
    pub(crate) fn of(self, schema: &str) -> Option<Arc<Shown>> {
        if self == Hidden::Nothing {
            return None;
        }
        let shown = Shown::new(schema).and_names_of(schema);
        Some(Arc::new(shown.with_personal(self == Hidden::Secrets)))
    }
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

/// The name of the one catalog, which PostgreSQL's clients call the database.
pub(crate) const CATALOG: &str = "connector";
