//! How rows from a point in time on are found.

use serde_json::{Map, Value};

use crate::Resource;
use crate::schema::{self, Action};
use crate::time;

/// The ways, best first.
pub(crate) enum Since {
    /// The list takes a time from which on it has rows, in the field of this name and schema.
    Asked { field: String, schema: Value, changed: String },
    /// All pages are read, and rows that changed before are left out.
    Sifted { changed: String },
    /// Rows have no time of change, so those already given are known by their keys.
    Known,
}

impl Since {
    pub fn of(resource: &Resource, action: &Action) -> Self {
        let Some(changed) = resource.changed().map(str::to_owned) else { return Since::Known };
        let Some(field) = resource.since.clone() else { return Since::Sifted { changed } };
        let schema = schema::properties(&action.input).remove(&field).unwrap_or_default();
        Since::Asked { field, schema, changed }
    }

    /// The field that tells when a row was made or changed.
    pub fn changed(&self) -> Option<&str> {
        match self {
            Since::Asked { changed, .. } | Since::Sifted { changed } => Some(changed),
            Since::Known => None,
        }
    }

    /// Asks for rows from the mark on, where that can be asked, unless the caller said otherwise.
    pub fn ask(&self, mark: Option<i64>, input: &mut Map<String, Value>) {
        if let (Since::Asked { field, schema, .. }, Some(mark)) = (self, mark) {
            input.entry(field.clone()).or_insert_with(|| time::value(mark, schema));
        }
    }

    /// For people.
    pub fn words(&self) -> String {
        match self {
            Since::Asked { field, changed, .. } => {
                format!("incremental by `{changed}`, which the service filters by `{field}`")
            }
            Since::Sifted { changed } => {
                format!(
                    "the service does not filter by `{changed}`: reads all and leaves out what is older"
                )
            }
            Since::Known => {
                "rows have no time of change: reads all and leaves out the keys already given"
                    .into()
            }
        }
    }
}
