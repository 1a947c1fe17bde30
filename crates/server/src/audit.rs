//! Who did what: kept by tenant, with inputs as they may be shown.

use std::time::Duration;

use connector_host::Shown;
use connector_store::{Row, Sql, StoreError, now, values};
use serde::Serialize;
use serde_json::Value;

use crate::database::Shared;
use crate::problem::Problem;

/// Bytes of an input that are kept.
const INPUT: usize = 4096;

/// One thing that was done or refused.
#[derive(Debug, Serialize)]
pub struct Entry {
    /// Milliseconds since 1970-01-01 UTC.
    pub time: i64,
    /// The id of the key.
    pub key: String,
    /// `run boards.create`, `connect`, `key.make`.
    pub what: String,
    /// The id of the connection.
    pub connection: Option<String>,
    /// Without what the schema marks as secret or personal; cut where it is long.
    pub input: Option<String>,
    /// `done`, or the code of the error.
    pub outcome: String,
}

/// Notes one. A log that cannot be written is told, and stops nothing: it was done already.
pub fn note(db: &Shared, entry: &Entry) {
    let mut input = entry.input.clone();
    if let Some(input) = &mut input {
        let cut = input.floor_char_boundary(INPUT);
        input.truncate(cut);
    }
    let insert = "INSERT INTO audit (time, key, what, connection, input, outcome) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = values![entry.time, entry.key, entry.what, entry.connection, input, entry.outcome];
    let noted = db.write(|sql: Sql<'_>| sql.execute(insert, &values));
    if let Err(problem) = noted {
        tracing::error!(detail = problem.detail, "the audit log could not be written");
    }
}

/// The last ones, newest first.
pub fn last(db: &Shared, limit: u32) -> Result<Vec<Entry>, Problem> {
    let select = "SELECT time, key, what, connection, input, outcome FROM audit \
        ORDER BY number DESC LIMIT ?1";
    let read = |row: &Row<'_>| -> Result<Entry, StoreError> {
        Ok(Entry {
            time: row.get(0)?,
            key: row.get(1)?,
            what: row.get(2)?,
            connection: row.get(3)?,
            input: row.get(4)?,
            outcome: row.get(5)?,
        })
    };
    db.read(|sql| sql.rows(select, &values![limit], read))
}

/// An input as it may be kept: without what the schema marks as secret or personal.
pub fn shown(schema: &str, input: &Value) -> String {
    let mut input = input.clone();
    Shown::new(schema).apply(&mut input);
    input.to_string()
}

/// Forgets what is older.
pub fn sweep(db: &Shared, age: Duration) -> Result<(), Problem> {
    let before = now().saturating_sub_unsigned(age.as_millis() as u64);
    db.write(|sql| sql.execute("DELETE FROM audit WHERE time < ?1", &values![before]))?;
    Ok(())
}
