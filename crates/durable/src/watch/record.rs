//! The events in a record, for whoever looks at them, and those put aside, to be tried again.

use std::path::Path;

use connector_store::{Row, values};
use serde::Serialize;
use serde_json::Value;

use super::WatchError;
use super::store::{FILE, FORMATS};

/// An event in a record, and what became of it. Times are milliseconds since 1970-01-01 UTC.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// As the connector made it.
    pub event: Value,
    /// When it was recorded.
    pub recorded: i64,
    /// When it was delivered.
    pub delivered: Option<i64>,
    /// When it was put aside: it is not tried again by itself.
    pub put_aside: Option<i64>,
    /// How often delivery was tried.
    pub tries: u64,
    /// Why the last try failed.
    pub error: Option<String>,
}

/// The last events in a watch's folder, newest first. Another task may watch meanwhile.
pub fn record(folder: &Path, limit: u32) -> Result<Vec<Recorded>, WatchError> {
    let db = connector_store::open(&folder.join(FILE), &FORMATS)?;
    let select = "SELECT json, recorded, delivered, aside, tries, error FROM events \
        ORDER BY number DESC LIMIT ?1";
    let read = |row: &Row<'_>| {
        let json: String = row.get(0)?;
        Ok(Recorded {
            event: serde_json::from_str(&json).map_err(|_| row.wrong(0))?,
            recorded: row.get(1)?,
            delivered: row.get(2)?,
            put_aside: row.get(3)?,
            tries: row.get::<i64>(4)?.unsigned_abs(),
            error: row.get(5)?,
        })
    };
    Ok(db.sql().rows(select, &values![limit], read)?)
}

/// Has those events delivered after all that were put aside, and says how many. Whoever watches
/// meanwhile delivers them when it looks next.
pub fn replay(folder: &Path) -> Result<usize, WatchError> {
    let db = connector_store::open(&folder.join(FILE), &FORMATS)?;
    let update = "UPDATE events SET aside = NULL, tries = 0, due = 0 WHERE aside IS NOT NULL";
    Ok(db.sql().execute(update, &[])?)
}
